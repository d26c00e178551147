#pragma once

#include <boost/describe/enum.hpp>

#include <string>

namespace mimamori::collector::notify {

/// What the other side said to one attempt.
enum class Delivered
{
    accepted,
    try_later, ///< It could not be reached, was busy, or the settings are wrong.
    refused    ///< It will never take this message.
};

/// What went wrong with a mail, as somebody who looks after the server would put it right.
enum class Trouble
{
    none,
    name,        ///< Nobody knows the server's name.
    connection,  ///< Nobody answers there.
    no_tls,      ///< It does not speak TLS there, or not in this way.
    certificate, ///< It cannot be verified.
    sign_in,     ///< It refuses user or password, or wants some.
    addresses,   ///< It takes no mail of this sender or for this recipient.
    other
};
BOOST_DESCRIBE_ENUM(Trouble, none, name, connection, no_tls, certificate, sign_in, addresses, other)

struct DeliveryReport
{
    Delivered delivered{Delivered::try_later};
    std::string problem;            ///< For the log and the page; never a secret.
    Trouble trouble{Trouble::none}; ///< Of mails.
};

} // namespace mimamori::collector::notify
