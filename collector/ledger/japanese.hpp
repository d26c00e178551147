#pragma once

#include <optional>
#include <string>
#include <string_view>

/// The characters of Japanese Windows (code page 932, mostly called Shift_JIS). Any thread.
namespace mimamori::collector::ledger {

/// Bytes of code page 932 as UTF-8; nothing when they are none.
std::optional<std::string> from_cp932(std::string_view bytes);

/// The inverse. Characters that look alike in it take their place (〜 as ～, − as －). Of the
/// others the first is put into `unfit`, and each is written as 〓.
std::string to_cp932(std::string_view text, std::string& unfit);

/// UTF-16 with a byte order mark (Excel's "Unicode text") as UTF-8; nothing when it is none.
std::optional<std::string> from_utf16(std::string_view bytes);

/// UTF-16 without a mark, the lower byte first or the higher one.
std::optional<std::string> from_utf16_le(std::string_view bytes);
std::optional<std::string> from_utf16_be(std::string_view bytes);

/// What Unix machines wrote (EUC-JP, with Microsoft's characters), and what mail is written in.
std::optional<std::string> from_euc_jp(std::string_view bytes);
std::optional<std::string> from_iso_2022_jp(std::string_view bytes);

} // namespace mimamori::collector::ledger
