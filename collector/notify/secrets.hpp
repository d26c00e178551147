#pragma once

#include "common/base/result.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace mimamori::collector::notify {

/// Secrets of channels and the mail server's password: a file each, in a folder that only the
/// collector's account may enter. The database, and so its copies and its readers, knows their
/// names only.
class Secrets
{
public:
    /// `folder` is made when the first secret is put there.
    explicit Secrets(std::filesystem::path folder)
        : folder_{std::move(folder)}
    {}

    /// Stores a secret; the name of its file. Errors: invalid_input when it is not 1 to 1,024
    /// bytes; io.
    Result<std::string> put(std::string_view secret) const;

    /// Errors: not_found, io; forbidden for a name that is none of ours.
    Result<std::string> get(const std::string& name) const;

    /// Removes a secret that nothing refers to any more; what fails is left there.
    void forget(const std::string& name) const;

private:
    std::filesystem::path folder_;
};

} // namespace mimamori::collector::notify
