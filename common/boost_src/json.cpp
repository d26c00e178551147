// The one file that compiles Boost.JSON, so that the static agent links no Boost library.
#include <boost/json/src.hpp>
