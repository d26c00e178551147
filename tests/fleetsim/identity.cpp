#include "tests/fleetsim/identity.hpp"

#include "common/platform/file.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/describe/class.hpp>

#include <string_view>
#include <utility>

namespace mimamori::fleetsim {

/// One line of agents.jsonl.
struct KeptIdentity
{
    std::string agent_id;
    std::string key_pem;
    std::string certificate_pem;
};
BOOST_DESCRIBE_STRUCT(KeptIdentity, (), (agent_id, key_pem, certificate_pem))

namespace {

constexpr std::size_t file_bytes_max = 512U * 1024 * 1024;

Result<Identity> read_line(std::string_view line)
{
    const auto kept = wire::from_json<KeptIdentity>(line);
    if (!kept)
        return kept.error();
    auto key = tls::PrivateKey::from_pem(kept->key_pem);
    if (!key)
        return std::move(key).error();
    auto certificate = tls::Certificate::from_pem(kept->certificate_pem);
    if (!certificate)
        return std::move(certificate).error();
    return Identity{AgentId{kept->agent_id}, std::move(*key), std::move(*certificate)};
}

} // namespace

IdentityFolder::IdentityFolder(std::filesystem::path folder)
    : folder_{std::move(folder)}
{}

Result<IdentityFolder> IdentityFolder::open(std::filesystem::path folder)
{
    std::error_code ec;
    std::filesystem::create_directories(folder, ec);
    if (!ec)
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ec);
    if (ec)
        return Error{Errc::io, folder.string() + ": " + ec.message()};
    IdentityFolder opened{std::move(folder)};

    const auto roots = platform::read_file(opened.folder_ / "roots.pem");
    if (!roots)
        return roots.error().code == Errc::not_found ? Result<IdentityFolder>{std::move(opened)}
                                                     : roots.error();
    auto parsed = tls::Certificate::all_from_pem(*roots);
    if (!parsed)
        return std::move(parsed).error().in("roots.pem");
    opened.roots_ = std::move(*parsed);

    const auto lines = platform::read_file(opened.folder_ / "agents.jsonl", file_bytes_max);
    if (!lines)
        return lines.error().code == Errc::not_found ? Result<IdentityFolder>{std::move(opened)}
                                                     : lines.error();
    std::string_view left{*lines};
    while (!left.empty())
    {
        const std::size_t end = left.find('\n');
        auto identity = read_line(left.substr(0, end));
        if (!identity)
            return std::move(identity).error().in("agents.jsonl");
        opened.agents_.push_back(std::move(*identity));
        left.remove_prefix(end == std::string_view::npos ? left.size() : end + 1);
    }
    return opened;
}

Result<void> IdentityFolder::keep_roots(std::vector<tls::Certificate> roots)
{
    roots_ = std::move(roots);
    std::string text;
    for (const tls::Certificate& root : roots_)
        text += root.to_pem();
    return platform::replace_file(folder_ / "roots.pem", text);
}

void IdentityFolder::add(Identity identity)
{
    agents_.push_back(std::move(identity));
}

Result<void> IdentityFolder::save() const
{
    std::string text;
    for (const Identity& identity : agents_)
    {
        const KeptIdentity kept{
            identity.agent.text(), identity.key.to_pem(), identity.certificate.to_pem()};
        text += wire::to_json(kept);
        text += '\n';
    }
    return platform::replace_file(folder_ / "agents.jsonl", text, platform::FileAccess::owner_only);
}

} // namespace mimamori::fleetsim
