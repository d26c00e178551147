#include "collector/pki/expiry.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <ostream>

namespace mimamori::collector::pki {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr Timestamp now = Timestamp{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};

struct UrgencyCase
{
    Expiry::What what;
    bool renews_itself;
    std::chrono::milliseconds left;
    ExpiryUrgency expected;

    friend std::ostream& operator<<(std::ostream& out, const UrgencyCase& c)
    {
        return out << to_text(c.what) << ' ' << c.left.count() << " ms";
    }
};

using What = Expiry::What;
using Urgency = ExpiryUrgency;

const UrgencyCase cases[] = {
    {What::root, false, days{730}, Urgency::none},
    {What::root, false, days{730} - 1ms, Urgency::soon},
    {What::agents_ca, false, days{300}, Urgency::none},
    {What::agents_ca, false, days{300} - 1ms, Urgency::soon},
    {What::agents_ca, true, days{150}, Urgency::none},
    {What::agents_ca, true, days{150} - 1ms, Urgency::soon},
    {What::servers_ca, true, days{75}, Urgency::soon},
    {What::servers_ca, true, days{75} - 1ms, Urgency::now},
    {What::web_ca, false, days{180} - 1ms, Urgency::soon},
    {What::web_port, false, days{45}, Urgency::none},
    {What::web_port, false, days{45} - 1ms, Urgency::soon},
    {What::agent_port, true, days{10}, Urgency::none},
    {What::agent_port, true, days{10} - 1ms, Urgency::soon},
    {What::agent_port, true, days{5} - 1ms, Urgency::now},
    {What::agent_port, true, 1ms, Urgency::now},
    {What::agent_port, true, 0ms, Urgency::expired},
    {What::root, false, -1ms, Urgency::expired},
};

BOOST_AUTO_TEST_SUITE(certificate_expiry)

BOOST_DATA_TEST_CASE(urgency_rises_as_the_end_comes_near, boost::unit_test::data::make(cases), one)
{
    const Expiry expiry{one.what, "x", now + one.left, one.renews_itself};
    BOOST_TEST((urgency_of(expiry, now) == one.expected));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::pki
