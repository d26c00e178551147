#pragma once

#include "agent/antivirus/definitions.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/crypto/signature.hpp"

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

namespace mimamori::agent::antivirus {

/// The definitions in use: the compiled-in ones, or newer signed ones that were taken since.
///
/// Not thread-safe.
class DefinitionsStore
{
public:
    /// `file`: where a signed refresh is kept, in the agent's data folder. `keys`: whose signatures
    /// count, the publisher's and the site's.
    DefinitionsStore(std::filesystem::path file, std::vector<crypto::Ed25519PublicKey> keys);

    /// Takes up a refresh that was kept. None is no error; one that does not pass the checks of
    /// `offer` is, and the compiled-in definitions stay in use. Its expiry counted when it was
    /// taken: older definitions would be no better.
    Result<void> load();

    /// Checks a signed document, keeps it and uses it from now on. `today` comes from an
    /// authenticated collector. Errors: those of check_signed_document (conflict: not newer than
    /// what is in use), of parse_definitions, and io when it cannot be kept. After an error
    /// nothing has changed.
    Result<void> offer(std::string_view signed_text, Date today);

    /// Never null; what was handed out stays as it is when a refresh is taken.
    std::shared_ptr<const Definitions> current() const { return current_; }

private:
    Result<Definitions> checked(std::string_view signed_text, Date today) const;

    std::filesystem::path file_;
    std::vector<crypto::Ed25519PublicKey> keys_;
    std::shared_ptr<const Definitions> current_;
};

} // namespace mimamori::agent::antivirus
