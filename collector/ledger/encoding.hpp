#pragma once

#include "common/base/result.hpp"

#include <string>
#include <string_view>

namespace mimamori::collector::ledger {

/// How the text of a file is written, as far as its bytes tell.
struct Written
{
    std::string_view encoding; ///< "UTF-8", "UTF-16", "EUC-JP", "ISO-2022-JP" or "Shift_JIS".

    /// The text in UTF-8 where only the whole file can be turned into it. Else empty: the bytes are
    /// UTF-8 or Shift_JIS, if all of them are that.
    std::string text;
};

/// Errors: invalid_input for what is no text at all (a picture, a program), and for what begins as
/// an encoding that it is not.
Result<Written> look_at_encoding(std::string_view bytes);

} // namespace mimamori::collector::ledger
