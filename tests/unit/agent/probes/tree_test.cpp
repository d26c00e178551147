#include "agent/probes/tree.hpp"
#include "tests/support/recorded_tree.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <thread>

namespace mimamori::agent::probes {
namespace {

namespace fs = std::filesystem;
using tests::RecordedTree;

BOOST_AUTO_TEST_SUITE(tree)

BOOST_AUTO_TEST_CASE(links_are_followed_inside_the_folder)
{
    RecordedTree recorded;
    recorded.add("==> /usr/lib/a\ninside\n==> /etc/a -> /usr/lib/a\n==> /etc/b -> "
                 "../../../../usr/lib/a\n");
    const Tree tree{recorded.root()};
    BOOST_TEST(tree.read("/etc/a").value() == "inside\n");
    BOOST_TEST(tree.read("/etc/b").value() == "inside\n");
    BOOST_TEST(tree.link_target("/etc/a").value() == "/usr/lib/a");
}

BOOST_AUTO_TEST_CASE(what_is_renamed_elsewhere_hides_no_file_behind_a_link)
{
    RecordedTree recorded;
    recorded.add("==> /sys/devices/usb1/idVendor\n0781\n"
                 "==> /sys/bus/usb/usb1 -> ../../devices/usb1\n");
    const Tree tree{recorded.root()};
    const tests::TempFolder elsewhere;
    fs::create_directory(elsewhere.path() / "a");
    std::atomic<bool> over{false};
    std::thread renames{[&] {
        while (!over)
        {
            fs::rename(elsewhere.path() / "a", elsewhere.path() / "b");
            fs::rename(elsewhere.path() / "b", elsewhere.path() / "a");
        }
    }};
    int missed = 0;
    for (int i = 0; i < 20'000; ++i)
        missed += tree.read("/sys/bus/usb/usb1/idVendor") ? 0 : 1;
    over = true;
    renames.join();
    BOOST_TEST(missed == 0);
}

BOOST_AUTO_TEST_CASE(errors_name_the_path_on_the_machine)
{
    RecordedTree recorded;
    const Tree tree{recorded.root()};
    const auto text = tree.read("/etc/nothing");
    BOOST_TEST_REQUIRE(text.has_error());
    BOOST_TEST((text.error().code == Errc::not_found));
    BOOST_TEST(text.error().message == "read /etc/nothing: No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_fifo_does_not_hold_us_up)
{
    RecordedTree recorded;
    BOOST_REQUIRE(::mkfifo((recorded.root() / "fifo").c_str(), 0600) == 0);
    const Tree tree{recorded.root()};
    const auto text = tree.read("/fifo");
    BOOST_TEST_REQUIRE(text.has_error());
    BOOST_TEST(text.error().message == "read /fifo: not a regular file");
    BOOST_TEST(tree.read_untrusted("/fifo").has_error());
}

BOOST_AUTO_TEST_CASE(untrusted_places_are_read_without_any_link)
{
    RecordedTree recorded;
    recorded.add("==> /etc/secret\nsecret\n==> /home/u/plain\nplain\n==> /home/u/link -> "
                 "/etc/secret\n==> /home/v -> /etc\n");
    const Tree tree{recorded.root()};
    BOOST_TEST(tree.read_untrusted("/home/u/plain").value() == "plain\n");
    BOOST_TEST(tree.read_untrusted("//home//u/plain").value() == "plain\n");
    BOOST_TEST(tree.read_untrusted("/home/u/link").has_error());
    BOOST_TEST(tree.read_untrusted("/home/u/../../etc/secret").has_error());
    BOOST_TEST(tree.read_untrusted("/home/v/secret").has_error());
    BOOST_TEST(tree.names_untrusted("/home/v").has_error());
    BOOST_TEST(tree.names_untrusted("/home/u").value().size() == 2U);
}

BOOST_AUTO_TEST_CASE(the_limit_holds_exactly)
{
    RecordedTree recorded;
    recorded.write("/five", "12345");
    const Tree tree{recorded.root()};
    BOOST_TEST(tree.read("/five", 6).has_value());
    BOOST_TEST(tree.read("/five", 5).has_value());
    const auto cut = tree.read("/five", 4);
    BOOST_TEST_REQUIRE(cut.has_error());
    BOOST_TEST((cut.error().code == Errc::too_large));
    BOOST_TEST(tree.read_end("/five", 2).value() == "45");
    BOOST_TEST(tree.read_end("/five", 9).value() == "12345");
}

BOOST_AUTO_TEST_CASE(pieces_come_until_nobody_wants_more)
{
    RecordedTree recorded;
    const std::string content(300'000, 'x');
    recorded.write("/big", content);
    const Tree tree{recorded.root()};
    std::string all;
    BOOST_TEST(tree.read_pieces(
                       "/big",
                       [&](std::string_view piece) {
                           all += piece;
                           return true;
                       })
                   .has_value());
    BOOST_TEST((all == content));
    int pieces = 0;
    BOOST_TEST(
        tree.read_pieces("/big", [&](std::string_view) { return ++pieces < 2; }).has_value());
    BOOST_TEST(pieces == 2);
}

BOOST_AUTO_TEST_CASE(names_are_sorted_and_bounded)
{
    RecordedTree recorded;
    recorded.add("==> /d/b\n==> /d/a\n==> /d/c/\n");
    const Tree tree{recorded.root()};
    const std::vector<std::string> expected{"a", "b", "c"};
    BOOST_TEST(tree.names("/d").value() == expected, boost::test_tools::per_element());
    BOOST_TEST(tree.names("/d", 3).has_value());
    BOOST_TEST((tree.names("/d", 2).error().code == Errc::too_large));
}

BOOST_AUTO_TEST_CASE(a_value_is_the_first_line_without_blanks)
{
    RecordedTree recorded;
    recorded.write("/value", "  08  \nrest\n");
    recorded.write("/empty", "");
    const Tree tree{recorded.root()};
    BOOST_TEST(tree.read_value("/value").value() == "08");
    BOOST_TEST(tree.read_value("/empty").value() == "");
}

BOOST_AUTO_TEST_CASE(the_live_machine_is_read_too)
{
    const Tree tree{"/"};
    BOOST_TEST(tree.read("/proc/self/status").value().starts_with("Name:"));
    BOOST_TEST(tree.link_target("/proc/self/exe").has_value());
    BOOST_TEST((tree.status("/proc").value().kind == FileKind::folder));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes
