#include "agent/app/output.hpp"

namespace mimamori::agent::app {

void FileOutput::write(std::string_view text)
{
    // Nobody is left to be told when it fails.
    (void)std::fwrite(text.data(), 1, text.size(), file_);
    if (text.ends_with('\n'))
        (void)std::fflush(file_);
}

} // namespace mimamori::agent::app
