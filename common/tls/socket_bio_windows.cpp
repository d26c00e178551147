#include "common/tls/socket_bio.hpp"

#include <boost/system/system_category.hpp>

#include <winsock2.h>

#include <algorithm>
#include <climits>
#include <new>

namespace mimamori::tls {
namespace {

constexpr int at_end{1};

SOCKET socket_of(BIO* bio)
{
    return reinterpret_cast<SOCKET>(BIO_get_data(bio));
}

bool would_block()
{
    return ::WSAGetLastError() == WSAEWOULDBLOCK;
}

int at_most(std::size_t size)
{
    return static_cast<int>(std::min<std::size_t>(size, INT_MAX));
}

int read_socket(BIO* bio, char* into, std::size_t size, std::size_t* count)
{
    BIO_clear_retry_flags(bio);
    const int got = ::recv(socket_of(bio), into, at_most(size), 0);
    if (got > 0)
    {
        *count = static_cast<std::size_t>(got);
        return 1;
    }
    *count = 0;
    if (got == 0)
        BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    else if (would_block())
        BIO_set_retry_read(bio);
    return 0;
}

int write_socket(BIO* bio, const char* from, std::size_t size, std::size_t* count)
{
    BIO_clear_retry_flags(bio);
    const int sent = ::send(socket_of(bio), from, at_most(size), 0);
    if (sent >= 0)
    {
        *count = static_cast<std::size_t>(sent);
        return 1;
    }
    *count = 0;
    if (would_block())
        BIO_set_retry_write(bio);
    return 0;
}

long control_socket(BIO* bio, int command, long, void*)
{
    if (command == BIO_CTRL_EOF)
        return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? at_end : 0;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

int create(BIO* bio)
{
    BIO_set_init(bio, 1);
    return 1;
}

BIO_METHOD* make_method()
{
    BIO_METHOD* const method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
    if (method == nullptr)
        throw std::bad_alloc{};
    BIO_meth_set_read_ex(method, read_socket);
    BIO_meth_set_write_ex(method, write_socket);
    BIO_meth_set_ctrl(method, control_socket);
    BIO_meth_set_create(method, create);
    return method;
}

} // namespace

BIO* new_socket_bio(std::intptr_t socket)
{
    static const BIO_METHOD* const method = make_method();
    BIO* const bio = BIO_new(method);
    if (bio != nullptr)
        BIO_set_data(bio, reinterpret_cast<void*>(socket));
    return bio;
}

int last_socket_error()
{
    return ::WSAGetLastError();
}

std::string socket_error_text(int error)
{
    return boost::system::system_category().message(error);
}

} // namespace mimamori::tls
