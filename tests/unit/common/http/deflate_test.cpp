#include "common/http/deflate.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <random>
#include <string>

namespace mimamori::http {
namespace {

std::string noise(std::size_t size)
{
    std::mt19937 random{1};
    std::string text(size, '\0');
    for (char& c : text)
        c = static_cast<char>(random());
    return text;
}

BOOST_AUTO_TEST_SUITE(packing)

BOOST_DATA_TEST_CASE(
    what_is_packed_unpacks_to_the_same,
    boost::unit_test::data::make({0, 1, 4095, 4096, 4097, 100'000, 1'000'000}),
    size)
{
    for (const std::string& plain :
         {std::string(static_cast<std::size_t>(size), 'a'),
          noise(static_cast<std::size_t>(size) / 2)})
    {
        for (const Packing packing : {Packing::deflate, Packing::gzip})
        {
            BOOST_TEST((inflate(deflate(plain, packing), packing).value() == plain));
            BOOST_TEST(
                (inflate(deflate(plain, packing, PackEffort::small), packing).value() == plain));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_unpacked_size_is_limited_to_the_byte)
{
    const std::string packed = deflate(std::string(5000, 'a'), Packing::deflate);
    const auto code = [&](std::size_t limit) {
        const auto plain = inflate(packed, Packing::deflate, {1000, limit});
        return plain ? Errc::internal : plain.error().code;
    };
    BOOST_TEST((code(5001) == Errc::internal)); // Stands for success.
    BOOST_TEST((code(5000) == Errc::internal));
    BOOST_TEST((code(4999) == Errc::too_large));
    BOOST_TEST((code(0) == Errc::too_large));
}

BOOST_AUTO_TEST_CASE(the_packed_size_is_limited_to_the_byte)
{
    const std::string packed = deflate(noise(1000), Packing::deflate);
    BOOST_TEST(inflate(packed, Packing::deflate, {packed.size(), 5000}).has_value());
    BOOST_TEST(
        (inflate(packed, Packing::deflate, {packed.size() - 1, 5000}).error().code
         == Errc::too_large));
}

BOOST_AUTO_TEST_CASE(a_bomb_stops_at_the_limit)
{
    // 64 MiB in 64 KiB; the limit of a report is 8 MiB.
    const std::string packed = deflate(std::string(64U * 1024 * 1024, '\0'), Packing::deflate);
    BOOST_TEST(packed.size() < 100'000u);
    BOOST_TEST((inflate(packed, Packing::deflate).error().code == Errc::too_large));
}

BOOST_AUTO_TEST_CASE(damaged_cut_and_followed_bodies_are_refused)
{
    for (const Packing packing : {Packing::deflate, Packing::gzip})
    {
        const std::string packed = deflate("some report", packing);
        for (std::size_t size = 0; size < packed.size(); ++size)
            BOOST_TEST(
                (inflate(packed.substr(0, size), packing).error().code == Errc::invalid_input));
        BOOST_TEST((inflate(packed + "x", packing).error().code == Errc::invalid_input));
        std::string damaged = packed;
        damaged.back() = static_cast<char>(damaged.back() ^ 1);
        BOOST_TEST((inflate(damaged, packing).error().code == Errc::invalid_input));
    }
}

BOOST_AUTO_TEST_CASE(each_packing_is_only_what_it_says)
{
    BOOST_TEST(!inflate(deflate("x", Packing::gzip), Packing::deflate).has_value());
    BOOST_TEST(!inflate(deflate("x", Packing::deflate), Packing::gzip).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::http
