#include "common/base/embedded_file.hpp"

#include <boost/test/unit_test.hpp>

#include "embed/embed_sample.hpp"
#include <string_view>

namespace mimamori {

BOOST_AUTO_TEST_SUITE(embedded_file)

BOOST_AUTO_TEST_CASE(files_come_in_the_order_of_the_build_file_and_byte_for_byte)
{
    const auto files = tests::embed_sample::files();
    BOOST_REQUIRE(files.size() == 3);
    BOOST_TEST(files[0].name == "folder/binary.bin");
    BOOST_TEST((files[0].text() == std::string_view{"\0\1\377\"\\\n", 6}));
    BOOST_TEST(files[1].name == "empty");
    BOOST_TEST(files[1].bytes.empty());
    BOOST_TEST(files[2].text() == "first\n");
}

BOOST_AUTO_TEST_CASE(a_file_is_found_by_its_whole_name_only)
{
    const auto files = tests::embed_sample::files();
    BOOST_REQUIRE(find_embedded(files, "first.txt") != nullptr);
    BOOST_TEST(find_embedded(files, "first.txt")->text() == "first\n");
    BOOST_TEST(find_embedded(files, "binary.bin") == nullptr);
    BOOST_TEST(find_embedded(files, "") == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace mimamori
