#include "collector/api/live.hpp"

#include "collector/api/access.hpp"
#include "collector/storage/database.hpp"
#include "common/async/sleep.hpp"

#include <algorithm>
#include <utility>

namespace mimamori::collector::api {
namespace {

constexpr std::string_view opening = "retry: 5000\nevent: open\ndata:\n\n";
constexpr std::string_view still_here = ": still here\n\n";

std::string change_of(const storage::LiveMarks& before, const storage::LiveMarks& now)
{
    std::string text = "event: change\ndata:";
    if (now.findings != before.findings)
        text += " findings";
    if (now.events != before.events)
        text += " events";
    return text + "\n\n";
}

/// One open page.
class Stream final : public http::BodySource
{
public:
    Stream(http::Request request, Services& services, Principal principal)
        : request_{std::move(request)}
        , services_{services}
        , feed_{services.live}
        , principal_{std::move(principal)}
    {}

    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    ~Stream() override { feed_->give_back(principal_.name); }

    awaitable<std::optional<std::string>> next() override
    {
        if (!std::exchange(opened_, true))
        {
            auto first = co_await feed_->marks(services_.database);
            if (!first)
                co_return std::nullopt;
            seen_ = *first;
            co_return std::string{opening};
        }
        const auto& limits = feed_->limits();
        const bool slept = co_await async::sleep_for(limits.look_every);
        if (!slept)
            co_return std::nullopt;
        auto told = co_await look();
        if (!told)
            co_return std::nullopt;
        quiet_ = told->empty() ? quiet_ + limits.look_every : std::chrono::milliseconds{0};
        if (quiet_ < limits.still_here_every)
            co_return std::move(*told);
        quiet_ = {};
        auto principal = co_await allow(request_, services_, Right::read, Reach::own_sites);
        if (!principal)
            co_return std::nullopt;
        co_return std::string{still_here};
    }

private:
    /// What there is to tell; empty: nothing.
    awaitable<Result<std::string>> look()
    {
        auto now = co_await feed_->marks(services_.database);
        if (!now)
            co_return now.error();
        if (*now == seen_)
            co_return std::string{};
        const storage::LiveMarks before = std::exchange(seen_, *now);
        if (principal_.sees_all())
            co_return change_of(before, *now);
        auto work = [before](storage::Session& session) -> Result<storage::LiveMarks> {
            return storage::read_live_marks(session, before);
        };
        auto own = co_await services_.database.read_within(principal_.sites, std::move(work));
        if (!own)
            co_return own.error();
        co_return *own == before ? std::string{} : change_of(before, *own);
    }

    http::Request request_; ///< Who asked, to ask again whether the sign-in holds.
    Services& services_;
    std::shared_ptr<LiveFeed> feed_;
    Principal principal_;
    storage::LiveMarks seen_;
    bool opened_{false};
    std::chrono::milliseconds quiet_{0}; ///< Since something was sent.
};

} // namespace

Result<void> LiveFeed::take(const std::string& person)
{
    const std::scoped_lock hold{lock_};
    std::size_t& own = streams_[person];
    if (own >= limits_.streams_of_person || streams_all_ >= limits_.streams)
    {
        if (own == 0)
            streams_.erase(person);
        return Error{Errc::unavailable, "too many open streams"};
    }
    ++own;
    ++streams_all_;
    return {};
}

void LiveFeed::give_back(const std::string& person)
{
    const std::scoped_lock hold{lock_};
    const auto found = streams_.find(person);
    if (found == streams_.end())
        return;
    --streams_all_;
    if (--found->second == 0)
        streams_.erase(found);
}

awaitable<Result<storage::LiveMarks>> LiveFeed::marks(storage::Database& database)
{
    const Time now = std::chrono::steady_clock::now();
    storage::LiveMarks known;
    {
        const std::scoped_lock hold{lock_};
        if (read_at_ && now - *read_at_ < limits_.look_every)
            co_return marks_;
        read_at_ = now; // Others go on with what was known meanwhile.
        known = marks_;
    }
    auto work = [known](storage::Session& session) -> Result<storage::LiveMarks> {
        return storage::read_live_marks(session, known);
    };
    auto read = co_await database.read(std::move(work));
    const std::scoped_lock hold{lock_};
    if (!read)
    {
        read_at_.reset();
        co_return read.error();
    }
    marks_.findings = std::max(marks_.findings, read->findings);
    marks_.events = std::max(marks_.events, read->events);
    co_return marks_;
}

awaitable<http::Response> get_live(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    // 204 tells a browser that it need not try again (HTML, 9.2): the page asks now and then
    // instead.
    if (auto place = services.live->take(principal->name); !place)
        co_return http::empty(http::Status::no_content);
    http::Response response;
    response.content_type = "text/event-stream";
    response.headers.add("Cache-Control", "no-store");
    response.stream = std::make_unique<Stream>(request, services, std::move(*principal));
    co_return response;
}

} // namespace mimamori::collector::api
