#include "collector/api/directory.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/directory/directory.hpp"
#include "collector/storage/audit_store.hpp"
#include "common/base/utf8.hpp"

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::api {
namespace {

struct TryBody
{
    std::string name;
    std::string password;
};
BOOST_DESCRIBE_STRUCT(TryBody, (), (name, password))

struct StepView
{
    std::string name;
    bool good{false};
    std::string detail;
};
BOOST_DESCRIBE_STRUCT(StepView, (), (name, good, detail))

struct TryView
{
    std::vector<StepView> items;
};
BOOST_DESCRIBE_STRUCT(TryView, (), (items))

} // namespace

awaitable<http::Response> post_directory_test(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<TryBody>(request);
    if (!body)
        co_return refuse(body.error());
    if (!services.directory)
        co_return refuse(Error{Errc::conflict, "directory.security is \"off\": there is none"});
    if (body->name.empty() || body->name.size() > 200)
        co_return refuse(Error{Errc::invalid_input, "name: 1 to 200 bytes"});
    // Passwords could be guessed here past the lock-out; so it is written down before.
    const Timestamp now = services.clock.now();
    auto note = [&](storage::Session& session) {
        return storage::record_change(
            session, principal->name, "directory.test", for_log(body->name), now);
    };
    auto noted = co_await services.database.write(note);
    if (!noted)
        co_return refuse(noted.error());
    std::optional<std::string> password;
    if (!body->password.empty())
        password = std::move(body->password);
    auto steps = co_await services.directory->test(std::move(body->name), std::move(password));
    TryView view;
    for (directory::Step& step : steps)
        view.items.push_back({std::move(step.name), step.good, for_log(step.detail)});
    co_return answer(http::Status::ok, view);
}

} // namespace mimamori::collector::api
