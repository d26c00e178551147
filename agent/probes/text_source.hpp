#pragma once

#include "agent/probes/tree.hpp"
#include "common/base/result.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace mimamori::agent::probes {

/// A long text that is read from front to back without ever being in memory as a whole.
class TextSource
{
public:
    virtual ~TextSource() = default;

    /// Puts the next 1 to `bytes_max` bytes at `to` and returns their number; 0 at the end.
    virtual Result<std::size_t> read(char* to, std::size_t bytes_max) = 0;
};

/// A text that is in memory already.
class MemoryText final : public TextSource
{
public:
    explicit MemoryText(std::string_view text)
        : rest_{text}
    {}

    Result<std::size_t> read(char* to, std::size_t bytes_max) override;

private:
    std::string_view rest_;
};

/// Opens a text file that may be packed: by the ending of its name, ".lz4", ".gz" or plain.
/// Errors: those of `Tree::read`; unsupported for other packings; invalid_input, while reading, for
/// damaged ones; too_large after 2 GiB.
Result<std::unique_ptr<TextSource>> open_text(const Tree& tree, const std::string& path);

} // namespace mimamori::agent::probes
