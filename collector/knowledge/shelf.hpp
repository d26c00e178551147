#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/crypto/signature.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::collector::knowledge {

/// A knowledge file that was carried in.
struct ShelvedFile
{
    std::string name; ///< "antivirus_sources".
    std::uint64_t version{0};
    Date expires{};
    std::string document; ///< The signed document as it came: agents check it themselves.
    std::string payload;  ///< The knowledge file in it.
};

/// The signed knowledge files that somebody carried in, in a folder of the collector. Thread-safe.
class Shelf
{
public:
    struct Options
    {
        std::filesystem::path folder;               ///< Made when it is needed.
        std::vector<crypto::Ed25519PublicKey> keys; ///< Whose signatures count.
        std::map<std::string, std::uint64_t> known; ///< Names that are taken, and what is built in.
        /// Whether a payload of that name can be used at all.
        std::function<Result<void>(const std::string& name, std::string_view payload)> check;
    };

    explicit Shelf(Options options);

    /// Takes up what was carried in earlier. A file that does not pass is left out and told by the
    /// error, the others are there all the same; its expiry counted when it was taken.
    Result<void> load();

    /// Checks a signed document and keeps it. Errors: those of wire::check_signed_document
    /// (conflict: not newer than what there is), invalid_input for a name that nobody knows or
    /// a payload that cannot be used, io. After an error nothing has changed.
    Result<std::shared_ptr<const ShelvedFile>> put(std::string_view document, Date today);

    /// Null when none of that name was carried in.
    std::shared_ptr<const ShelvedFile> find(std::string_view name) const;

    /// All of them, by name.
    std::vector<std::shared_ptr<const ShelvedFile>> files() const;

private:
    Result<std::shared_ptr<const ShelvedFile>> checked(std::string_view document, Date today) const;

    Options options_;
    mutable std::mutex lock_;
    std::map<std::string, std::shared_ptr<const ShelvedFile>, std::less<>> files_;
};

} // namespace mimamori::collector::knowledge
