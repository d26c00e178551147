#pragma once

#include "collector/api/access.hpp"
#include "collector/http/message.hpp"
#include "common/base/result.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <string>

/// Making answers from values: the same everywhere.
namespace mimamori::collector::api {

/// A described struct as the JSON of an answer, every member written.
template <class T>
http::Response answer(http::Status status, const T& value)
{
    return http::json(status, wire::to_json<wire::Defaults::written>(value));
}

/// The answer to a GET: 200 with its tag, or 304.
template <class T>
http::Response answer_to_get(const http::Request& request, const T& value)
{
    return http::with_etag(request, answer(http::Status::ok, value));
}

/// The number of what was made.
struct Made
{
    std::int64_t id{0};
};
BOOST_DESCRIBE_STRUCT(Made, (), (id))

/// 204, or why not; what else was done has nothing to say.
template <class T>
http::Response done_or_refused(const Result<T>& done)
{
    return done ? http::empty(http::Status::no_content) : refuse(done.error());
}

/// The body as a described struct; an absent body is an empty one. Errors: invalid_input.
template <class T>
Result<T> body_of(const http::Request& request)
{
    return wire::from_json<T>(request.body.empty() ? "{}" : request.body);
}

/// The number at `{id}` of the path. Errors: not_found for what is no number above 0.
Result<std::int64_t> number_in_path(const http::Request& request);

} // namespace mimamori::collector::api
