#include "common/platform/file.hpp"
#include "common/platform/spare_memory.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace mimamori::platform {
namespace {

constexpr std::size_t block_bytes = 2'000;
constexpr std::size_t blocks_count = 20'000;

std::int64_t resident_kib()
{
    const std::string status = read_file("/proc/self/status").value();
    return std::strtoll(status.c_str() + status.find("VmRSS:") + 6, nullptr, 10);
}

using Blocks = std::vector<std::unique_ptr<char[]>>;

/// As in a storm of connections: many small pieces, all touched.
Blocks storm()
{
    Blocks blocks;
    for (std::size_t i = 0; i < blocks_count; ++i)
    {
        blocks.push_back(std::make_unique<char[]>(block_bytes));
        blocks.back()[0] = 'x';
    }
    return blocks;
}

/// All but the newest go, which keeps the heap from shrinking by itself.
void calm_down(Blocks& blocks)
{
    blocks.erase(blocks.begin(), blocks.end() - 1);
}

constexpr std::int64_t worth_kib = blocks_count * block_bytes / 1024 / 2;

BOOST_AUTO_TEST_SUITE(platform_spare_memory)

BOOST_AUTO_TEST_CASE(memory_of_a_storm_is_given_back_each_time)
{
    SpareMemory spare;
    spare.give_back();
    for (int i = 0; i < 2; ++i)
    {
        Blocks blocks = storm();
        BOOST_TEST(!spare.give_back());
        calm_down(blocks);
        const std::int64_t before_kib = resident_kib();
        BOOST_TEST(spare.give_back());
        BOOST_TEST(before_kib - resident_kib() > worth_kib);
        BOOST_TEST(!spare.give_back());
    }
}

BOOST_AUTO_TEST_CASE(a_storm_between_two_calls_is_noticed_after_a_while)
{
    SpareMemory spare;
    {
        Blocks blocks = storm();
        spare.give_back();
        calm_down(blocks);
        BOOST_TEST(spare.give_back());
    }
    Blocks blocks = storm();
    calm_down(blocks);
    const std::int64_t before_kib = resident_kib();
    unsigned calls = 0;
    while (!spare.give_back())
        BOOST_TEST_REQUIRE(++calls < SpareMemory::calls_max);
    BOOST_TEST(calls == SpareMemory::calls_max - 1);
    BOOST_TEST(before_kib - resident_kib() > worth_kib);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::platform
