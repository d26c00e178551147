#pragma once

#include "common/wire/sections/processes.hpp"

#include <string>
#include <string_view>

/// What a program's path and name say by themselves.
namespace mimamori::collector::rules {

/// Remarks of a program that can never be learned, only approved by a person.
inline constexpr std::string_view remark_user_folder = "user_folder";
inline constexpr std::string_view remark_lookalike = "lookalike";
inline constexpr std::string_view remark_remote_tool = "remote_tool";

/// Remark of a program that a person refused.
inline constexpr std::string_view remark_refused = "refused";

/// The last part of a path of either system.
std::string file_name(std::string_view path);

/// Whether the path is one of Windows, where case does not matter.
bool is_windows_path(std::string_view path);

/// The path in the form in which paths are compared: Windows paths in lower case.
std::string comparable_path(std::string_view path);

/// Whether people can put programs there without being administrators: temporary folders, home
/// folders, removable media, whatever the agent found replaceable.
bool is_user_place(const wire::Program& program);

/// Whether the name imitates a part of the system ("svch0st.exe"), or is one in a wrong folder.
bool is_lookalike(const wire::Program& program);

/// Whether people read the name as that of a part of the system: it is the same, or differs by
/// letters that look alike. Of lookalikes the others are a letter away.
bool reads_as_system(const wire::Program& program);

} // namespace mimamori::collector::rules
