// The only file with the Boost.Test runner in it: it takes seven seconds to compile.
#define BOOST_TEST_MODULE mimamori
#include <boost/test/included/unit_test.hpp>
