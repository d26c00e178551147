#pragma once

#include "common/base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::app {

/// What is said behind a verb: "--ticket TICKET" or, without dashes in its name, the bare word.
struct Option
{
    std::string_view name;
    std::string_view value; ///< What stands for its value in the help: "TICKET".
    std::string help;
    bool is_required{false};
    std::vector<std::string_view> allowed{}; ///< Empty: everything.
};

struct Verb
{
    std::string_view name;
    std::string_view help;
    std::vector<Option> options{};
};

/// What was said on the command line.
struct Said
{
    std::string verb; ///< Empty: none.
    bool wants_help{false};

    /// The value of an option; empty when it was not said.
    std::string_view value_of(std::string_view option) const;

    struct Given
    {
        std::string_view option;
        std::string value;
    };

    std::vector<Given> given{};
};

/// The verbs of the program and what may be said with them. Smaller by a tenth of the program than
/// the library that the collector uses for this, with the same texts.
class CommandLine
{
public:
    /// `common`: options that may stand anywhere, each with dashes.
    CommandLine(std::string_view program, std::string_view help, std::vector<Option> common);

    void add(Verb verb) { verbs_.push_back(std::move(verb)); }

    /// `words`: without the program's name. `--name value` and `--name=value` are the same.
    /// Errors: invalid_input with what was wrong and which verbs there are.
    Result<Said> read(const std::vector<std::string>& words) const;

    /// Of one verb; empty: of the program.
    std::string help_text(std::string_view verb = {}) const;

private:
    class Reading;

    const Verb* find(std::string_view name) const;
    Error mistake(const std::string& text) const;

    std::string program_;
    std::string help_;
    std::vector<Option> common_;
    std::vector<Verb> verbs_;
};

} // namespace mimamori::agent::app
