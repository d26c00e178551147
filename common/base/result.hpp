#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace mimamori {

/// The kind of a failure. Callers branch on it, so a value is added only when a caller needs it.
enum class Errc
{
    invalid_input,   ///< The peer, the file or the operator gave something malformed.
    not_found,       ///< The thing asked for does not exist.
    conflict,        ///< It exists already, in another form.
    unauthenticated, ///< We do not know who is asking.
    forbidden,       ///< We know, and they may not.
    too_large,       ///< It is bigger than a limit allows.
    unsupported,     ///< This platform or version cannot do it; never worth a retry.
    unavailable,     ///< Try again later.
    timeout,         ///< No answer within the limit.
    cancelled,       ///< We were asked to stop.
    io,              ///< The operating system refused.
    internal,        ///< A bug of ours.
};

/// A failure the program expects, with what it was doing when it happened.
struct Error
{
    Errc code{Errc::internal};

    /// Outermost step first: "probe os: read /etc/os-release: Permission denied".
    std::string message;

    /// Returns this error with one more outer step in front of the message.
    [[nodiscard]] Error in(std::string_view step) &&
    {
        message.insert(0, std::string{step} + ": ");
        return std::move(*this);
    }
};

/// A value, or the reason why there is none. Ignoring one does not compile (-Werror).
template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Error>
{
public:
    using boost::system::result<T, Error>::result;
};

/// Makes `Result::value()` throw. Production code tests the result first; tests may rely on this.
[[noreturn]] inline void throw_exception_from_error(
    const Error& error, const boost::source_location&)
{
    throw std::runtime_error{error.message};
}

} // namespace mimamori
