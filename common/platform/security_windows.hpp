#pragma once

#include <string>

/// Who may do what with files and folders of ours on Windows.
namespace mimamori::platform {

/// SYSTEM and administrators everything, nobody else anything, nothing taken over from above
/// (SDDL). What lies in a folder with it takes it over.
inline constexpr const wchar_t* private_access = L"O:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";

/// A security descriptor made of SDDL; it frees itself.
class SecurityDescriptor
{
public:
    /// Null when the system does not understand it.
    explicit SecurityDescriptor(const wchar_t* sddl);
    ~SecurityDescriptor();
    SecurityDescriptor(const SecurityDescriptor&) = delete;
    SecurityDescriptor& operator=(const SecurityDescriptor&) = delete;

    void* get() const { return descriptor_; }

private:
    void* descriptor_{nullptr};
};

/// Whether what the account with this SID writes is as good as the administrator's: SYSTEM, the
/// administrators, the system's own installer, or the account of this program.
bool is_trusted_owner(void* sid);

/// "S-1-5-21-…"; "?" when that cannot be told.
std::string sid_text(void* sid);

} // namespace mimamori::platform
