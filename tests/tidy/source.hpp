#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::tidy {

/// One text file of the tree.
struct Source
{
    std::string path; ///< From the root: "common/base/time.hpp".
    std::string text;

    /// The text with comments and the insides of literals blanked; same length, same lines.
    /// Empty for files that are not C++.
    std::string code;

    bool is_cpp() const { return !code.empty(); }

    bool is_header() const { return path.ends_with(".hpp"); }

    /// Below one of the folders that are shipped: agent, collector, common.
    bool is_product() const;

    bool is_below(std::string_view folder) const;
};

/// What is wrong, and where.
struct Complaint
{
    std::string check; ///< "include"
    std::string path;
    std::size_t line{0};
    std::string text;
};

using Complaints = std::vector<Complaint>;

/// A file given by its text, for the checks' own tests.
Source make_source(std::string path, std::string text);

/// All text files of the project below `root`: sources, scripts, documents, fixtures.
std::vector<Source> read_tree(const std::filesystem::path& root);

/// `text` with comments and the insides of literals blanked.
std::string blank_comments_and_literals(std::string_view text);

/// The number of the line that `position` is on, from 1.
std::size_t line_at(std::string_view text, std::size_t position);

std::vector<std::string_view> lines_of(std::string_view text);

std::string_view trimmed(std::string_view text);

/// Where `word` stands in `text` as a whole word, from `from` on; npos when nowhere.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t from = 0);

/// The position behind the bracket that closes the one at `open`; npos when there is none.
std::size_t behind_closing(std::string_view code, std::size_t open);

} // namespace mimamori::tidy
