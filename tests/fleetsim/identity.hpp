#pragma once

#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/tls/certificate.hpp"
#include "common/wire/enrollment.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace mimamori::fleetsim {

/// What one simulated agent got at its enrolment: a key and certificate of its own.
struct Identity
{
    AgentId agent;
    tls::PrivateKey key;
    tls::Certificate certificate;
};

/// A folder that keeps identities, so that a fleet enrols once: agents.jsonl (one line for each, in
/// the order of their index, mode 0600 since it holds keys) and roots.pem.
class IdentityFolder
{
public:
    /// Reads what is there; makes the folder (mode 0700) when it is not. Errors: io, invalid_input.
    static Result<IdentityFolder> open(std::filesystem::path folder);

    /// Those that are enrolled, by index.
    const std::vector<Identity>& agents() const { return agents_; }

    const std::vector<tls::Certificate>& roots() const { return roots_; }

    Result<void> keep_roots(std::vector<tls::Certificate> roots);

    /// Adds the identity of the next index. Written with `save`.
    void add(Identity identity);

    /// Writes all of them. Errors: io.
    Result<void> save() const;

private:
    explicit IdentityFolder(std::filesystem::path folder);

    std::filesystem::path folder_;
    std::vector<Identity> agents_;
    std::vector<tls::Certificate> roots_;
};

} // namespace mimamori::fleetsim
