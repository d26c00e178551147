#include "collector/api/knowledge.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/knowledge/shelf.hpp"
#include "collector/storage/audit_store.hpp"
#include "common/log/log.hpp"

#include <boost/describe/class.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace mimamori::collector::api {
namespace {

struct KnowledgeView
{
    std::string name;
    std::string title_ja;
    std::string title_en;
    std::string data_date;       ///< Of what verdicts rest on now; empty: only agents use it.
    std::uint64_t carried_in{0}; ///< Version that was carried in; 0: none.
    std::string expires;
};
BOOST_DESCRIBE_STRUCT(KnowledgeView, (), (name, title_ja, title_en, data_date, carried_in, expires))

struct KnowledgePage
{
    std::vector<KnowledgeView> items;
};
BOOST_DESCRIBE_STRUCT(KnowledgePage, (), (items))

struct KnowledgeTaken
{
    std::string name;
    std::uint64_t version{0};
};
BOOST_DESCRIBE_STRUCT(KnowledgeTaken, (), (name, version))

} // namespace

awaitable<http::Response> get_knowledge(const http::Request& request, Services& services)
{
    const auto who = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!who)
        co_return refuse(who.error());
    KnowledgePage page;
    for (const KnowledgeFile& file : services.knowledge)
        page.items.push_back({file.name, file.title_ja, file.title_en, file.data_date, 0, {}});
    for (const auto& file : services.shelf.files())
    {
        auto line = std::find_if(page.items.begin(), page.items.end(), [&](const auto& known) {
            return known.name == file->name;
        });
        if (line == page.items.end())
            line = page.items.insert(line, {file->name, {}, {}, {}, 0, {}});
        line->carried_in = file->version;
        line->expires = to_iso_date(file->expires);
    }
    co_return answer_to_get(request, page);
}

awaitable<http::Response> post_knowledge(const http::Request& request, Services& services)
{
    const auto who = co_await allow(request, services, Right::administer);
    if (!who)
        co_return refuse(who.error());
    const auto today = std::chrono::floor<std::chrono::days>(services.clock.now());
    const auto taken = services.shelf.put(request.body, today);
    if (!taken)
    {
        log::warn("knowledge from {} refused: {}", who->name, taken.error().message);
        // Who may carry knowledge in may know why it was not taken.
        const bool is_key = taken.error().code == Errc::forbidden;
        co_return refuse(
            is_key ? Error{Errc::invalid_input, taken.error().message} : taken.error());
    }
    log::info("knowledge {} {} carried in by {}", (*taken)->name, (*taken)->version, who->name);
    const std::string detail = (*taken)->name + ' ' + std::to_string((*taken)->version);
    auto note = [&](storage::Session& session) {
        return storage::record_change(
            session, who->name, "knowledge.import", detail, services.clock.now());
    };
    auto noted = co_await services.database.write(note);
    if (!noted)
        co_return refuse(noted.error());
    const KnowledgeTaken said{(*taken)->name, (*taken)->version};
    co_return answer(http::Status::ok, said);
}

} // namespace mimamori::collector::api
