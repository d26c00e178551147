#include "tests/tidy/checks.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <stdexcept>

// Each check is shown something that it must find and something that it must let pass.
namespace mimamori::tidy {
namespace {

BOOST_AUTO_TEST_SUITE(tidy_checks)

// ------------------------------------------------------------------ reading

BOOST_AUTO_TEST_CASE(comments_and_literals_are_blanked_and_lines_stay)
{
    const std::string text = "a(\"x;{\", '{'); // {\n/* {\n{ */ b(R\"q({\"{)q\"); 1'000;";
    const auto code = blank_comments_and_literals(text);
    BOOST_TEST(code.size() == text.size());
    BOOST_TEST(std::count(code.begin(), code.end(), '\n') == 2);
    BOOST_TEST(code.find('{') == std::string::npos);
    BOOST_TEST(code.find("b(R\"") != std::string::npos);
    BOOST_TEST(code.ends_with("1'000;"));
}

BOOST_AUTO_TEST_CASE(words_are_whole)
{
    BOOST_TEST(find_word("co_await_it co_await", "co_await") == 12U);
    BOOST_TEST(find_word("xco_await", "co_await") == std::string_view::npos);
}

// ------------------------------------------------------------------ includes

Complaints includes_of(std::string path, std::string text)
{
    const auto layers = parse_layers("common/base -> nothing | the ground\n"
                                     "common/tls -> common/base | connections\n"
                                     "agent/report -> common/base | reports\n"
                                     "collector/api -> common/base | pages\n"
                                     "<openssl/ -> common/tls | one place\n");
    const std::set<std::string> paths{
        "common/base/time.hpp", "common/tls/context.hpp", "agent/report/spool.hpp",
        "collector/api/pages.hpp", "collector/new/thing.hpp"};
    return check_includes(make_source(std::move(path), std::move(text)), layers, paths);
}

BOOST_AUTO_TEST_CASE(includes_along_the_arrows_pass)
{
    BOOST_TEST(includes_of(
                   "agent/report/loop.cpp", "#include \"agent/report/spool.hpp\"\n#include "
                                            "\"common/base/time.hpp\"\n#include <string>\n")
                   .empty());
    BOOST_TEST(includes_of("common/tls/context.cpp", "#include <openssl/ssl.h>\n").empty());
    BOOST_TEST(includes_of(
                   "tests/unit/a_test.cpp",
                   "#include \"agent/report/spool.hpp\"\n#include <openssl/ssl.h>\n")
                   .empty());
}

BOOST_AUTO_TEST_CASE(includes_against_the_arrows_are_found)
{
    const char* const wrong[][2] = {
        {"common/base/time.cpp", "#include \"common/tls/context.hpp\"\n"},
        {"agent/report/loop.cpp", "#include \"collector/api/pages.hpp\"\n"},
        {"collector/api/pages.cpp", "#include \"agent/report/spool.hpp\"\n"},
        {"agent/report/loop.cpp", "#include \"spool.hpp\"\n"},
        {"agent/report/loop.cpp", "#include <openssl/ssl.h>\n"},
        {"agent/report/loop.hpp", "#include <boost/asio.hpp>\n"},
        {"collector/new/thing.cpp", "#include \"common/base/time.hpp\"\n"},
        {"collector/api/pages.cpp", "#include \"collector/new/thing.hpp\"\n"},
    };
    for (const auto& [path, text] : wrong)
    {
        const auto complaints = includes_of(path, std::string{"// one\n"} + text);
        BOOST_TEST_REQUIRE(complaints.size() == 1U, path << ' ' << text);
        BOOST_TEST(complaints[0].line == 2U);
    }
}

BOOST_AUTO_TEST_CASE(a_layer_without_reason_is_refused)
{
    BOOST_CHECK_THROW(parse_layers("a -> b |\n"), std::runtime_error);
    BOOST_CHECK_THROW(parse_layers("a -> b\n"), std::runtime_error);
    BOOST_CHECK_THROW(parse_layers("a -> b | x\na -> c | y\n"), std::runtime_error);
}

// ------------------------------------------------------------------ platform

BOOST_AUTO_TEST_CASE(platforms_are_named_in_platform_files_only)
{
    const std::string condition = "#ifdef _WIN32\n#endif\n";
    const std::string header = "#include <sys/stat.h>\n";
    BOOST_TEST(check_platform(make_source("agent/probes/os.cpp", condition)).size() == 1U);
    BOOST_TEST(check_platform(make_source("agent/probes/os.cpp", header)).size() == 1U);
    BOOST_TEST(check_platform(make_source("collector/app/a.cpp", condition)).size() == 1U);
    BOOST_TEST(
        check_platform(make_source("common/base/a.hpp", "#if defined(__linux__)\n")).size() == 1U);

    BOOST_TEST(
        check_platform(make_source("agent/probes/os_linux.cpp", condition + header)).empty());
    BOOST_TEST(check_platform(make_source("common/platform/a.hpp", condition)).empty());
    BOOST_TEST(check_platform(make_source("collector/app/a.cpp", header)).empty());
    BOOST_TEST(check_platform(make_source("agent/probes/os.cpp", "// _WIN32\n")).empty());
}

// ------------------------------------------------------------------ coroutines

const char* const bad_coroutines[] = {
    "co_await f([x] { return x; });",
    "co_await f([&] { return 1; }, 2);",
    "auto r = co_await async::offload(pool, [this] { return save(); });",
    "co_await f(Report{1, 2});",
    "co_await f({.a = 1});",
    "co_return co_await f(Report{});",
    "co_await f(std::vector<int>{1});",
    "if (co_await f()) g();",
    "if (!co_await f()) g();",
    "if (auto r = g(); co_await f(r)) g();",
    "while (co_await f()) g();",
    "while (open && co_await f()) g();",
    "do { g(); } while (co_await f());",
    "switch (co_await f()) {}",
    "for (; co_await f();) g();",
    "auto task = [x]() -> awaitable<void> { co_await f(x); };",
    "auto task = [&] (int y) mutable -> awaitable<void> { co_return; };",
};

BOOST_DATA_TEST_CASE(
    forms_that_are_compiled_wrongly_are_found, boost::unit_test::data::make(bad_coroutines), text)
{
    BOOST_TEST(check_coroutines(make_source("agent/a.cpp", std::string{text} + "\n")).size() == 1U);
}

const char* const good_coroutines[] = {
    "auto work = [x] { return x; };\nco_await f(std::move(work));",
    "co_await f(report, values[3], v.at(i)[0]);",
    "const bool more = co_await f();\nif (more) g();",
    "if (auto r = co_await f(); !r) g();",
    "for (auto r = co_await f(); r; ++r) g();",
    "const auto [ec, n] = co_await socket.async_read(buffer, token);",
    "x = co_await f(); { y(); }",
    "co_return Error{Errc::io, text};",
    "co_return co_await f(Report(1));",
    "std::sort(a, b, [x](int l, int r) { return l < r + x; });",
    "auto task = [](int y) -> awaitable<void> { co_return; };",
    "// co_await f({1});\nconst char* t = \"if (co_await x)\";",
    "[[nodiscard]] awaitable<int> f();\nawaitable<int> g() { co_return 1; }",
    "int a[3]; awaitable<int> g() { co_return a[1]; }",
};

BOOST_DATA_TEST_CASE(forms_that_are_fine_pass, boost::unit_test::data::make(good_coroutines), text)
{
    BOOST_TEST(check_coroutines(make_source("agent/a.cpp", std::string{text} + "\n")).empty());
}

BOOST_AUTO_TEST_CASE(tests_may_have_coroutine_lambdas_but_no_bad_awaits)
{
    const std::string text = "auto task = [x]() -> awaitable<void> { co_await f(x); };\n";
    BOOST_TEST(check_coroutines(make_source("tests/unit/a_test.cpp", text)).empty());
    BOOST_TEST(check_coroutines(make_source("tests/a_test.cpp", "co_await f({1});")).size() == 1U);
}

// ------------------------------------------------------------------ calls

BOOST_AUTO_TEST_CASE(banned_calls_are_found)
{
    const char* const texts[] = {
        "system(\"ls\");",
        "auto f = ::popen(c, \"r\");",
        "execve (a, b, c);",
        "if (fork() == 0)",
        "std::this_thread::sleep_for(1s);",
        "thread.detach();",
        "asio::co_spawn(ex, f(), d);",
        "strcpy(a, b);",
        "int n = atoi(t);"};
    for (const char* text : texts)
        BOOST_TEST(check_calls(make_source("agent/a.cpp", text)).size() == 1U, text);
}

BOOST_AUTO_TEST_CASE(calls_that_only_look_like_them_pass)
{
    const char* const texts[] = {
        "// system(\"ls\")",
        "file_system(a);",
        "std::system_clock::now();",
        "int system = 1;",
        "co_await async::sleep_for(1s);",
        "asio::detached;",
        "log(\"fork()\");"};
    for (const char* text : texts)
        BOOST_TEST(check_calls(make_source("agent/a.cpp", text)).empty(), text);
    BOOST_TEST(check_calls(make_source("tests/integration/a.cpp", "fork();")).empty());
}

// ------------------------------------------------------------------ size and form

BOOST_AUTO_TEST_CASE(lines_have_at_most_100_columns)
{
    std::string wide;
    for (int i = 0; i < 100; ++i)
        wide += "あ";
    BOOST_TEST(
        check_size_and_form(make_source("agent/a.cpp", "//" + std::string(98, 'x'))).empty());
    BOOST_TEST(check_size_and_form(make_source("agent/a.cpp", wide)).empty());
    BOOST_TEST(
        check_size_and_form(make_source("agent/a.cpp", "//" + std::string(99, 'x'))).size() == 1U);
}

BOOST_AUTO_TEST_CASE(files_have_at_most_500_lines)
{
    const auto file = [](int lines) {
        std::string text;
        for (int i = 0; i < lines; ++i)
            text += ";\n";
        return make_source("agent/a.cpp", text);
    };
    BOOST_TEST(check_size_and_form(file(500)).empty());
    BOOST_TEST(check_size_and_form(file(501)).size() == 1U);
}

BOOST_AUTO_TEST_CASE(functions_have_at_most_70_lines)
{
    const auto function = [](int lines) {
        std::string text = "void f()\n{\n";
        for (int i = 0; i < lines; ++i)
            text += "    g();\n";
        return make_source("agent/a.cpp", text + "}\n");
    };
    BOOST_TEST(check_size_and_form(function(70)).empty());
    BOOST_TEST(check_size_and_form(function(71)).size() == 1U);
    BOOST_TEST(check_size_and_form(
                   make_source("agent/a.cpp", "struct A\n{\n" + std::string(80, '\n') + "};\n"))
                   .empty());
}

BOOST_AUTO_TEST_CASE(headers_are_included_once_and_keep_names_apart)
{
    BOOST_TEST(check_size_and_form(make_source("agent/a.hpp", "#pragma once\nint a;\n")).empty());
    BOOST_TEST(check_size_and_form(make_source("agent/a.hpp", "// a\n#pragma once\n")).empty());
    BOOST_TEST(check_size_and_form(make_source("agent/a.hpp", "int a;\n")).size() == 1U);
    BOOST_TEST(
        check_size_and_form(make_source("agent/a.hpp", "#pragma once\nusing namespace std;\n"))
            .size()
        == 1U);
}

// ------------------------------------------------------------------ text

BOOST_AUTO_TEST_CASE(leftovers_are_found)
{
    const std::string marker = std::string{"TO"} + "DO";
    BOOST_TEST(
        check_leftovers(make_source("agent/a.cpp", "// " + marker + ": later")).size() == 1U);
    BOOST_TEST(
        check_leftovers(make_source("docs/a.md", "see " + std::string{"/wo"} + "rk/main")).size()
        == 1U);
    BOOST_TEST(check_leftovers(make_source("agent/a.cpp", "// " + marker + "S are fine")).empty());
    BOOST_TEST(check_leftovers(make_source("tests/fixtures/a", marker)).empty());
}

BOOST_AUTO_TEST_CASE(pages_name_no_other_host)
{
    const auto source = [](std::string path) {
        return make_source(std::move(path), "<script src=\"https://cdn.example/x.js\">");
    };
    BOOST_TEST(check_outside_hosts(source("collector/web/page.html")).size() == 1U);
    BOOST_TEST(check_outside_hosts(source("docs/a.md")).empty());
    BOOST_TEST(check_outside_hosts(
                   make_source("collector/web/a.svg", "xmlns=\"http://www.w3.org/2000/svg\""))
                   .empty());
}

BOOST_AUTO_TEST_CASE(japanese_words_of_the_left_column_are_found)
{
    const auto words = parse_words(
        "# comment\n検知 見つけた\nプロセス 動いているプログラム\nリング 試験\nEOL サポート期限\n"
        "脆弱性 弱点（脆弱性）\n");
    BOOST_TEST_REQUIRE(words.size() == 5U);
    const auto count = [&](std::string text) {
        return check_japanese(make_source("README.ja.md", std::move(text)), words).size();
    };
    BOOST_TEST(count("ウイルスを検知しました") == 1U);
    BOOST_TEST(count("不明なプロセスがあります") == 1U);
    BOOST_TEST(count("このOSはEOLです") == 1U);
    BOOST_TEST(count("脆弱性があります") == 1U);

    BOOST_TEST(count("弱点（脆弱性）があります") == 0U);
    BOOST_TEST(count("モニタリングします") == 0U);
    BOOST_TEST(count("リングバッファ") == 0U);
    BOOST_TEST(count("the EOL of a line") == 0U);
    BOOST_TEST(check_japanese(make_source("tests/tidy/a.cpp", "検知"), words).empty());
}

// ------------------------------------------------------------------ exceptions

BOOST_AUTO_TEST_CASE(an_exception_accepts_what_it_names_and_nothing_else)
{
    auto exceptions = parse_exceptions(
        "# comment\ncall agent/a.cpp fork | a reason\nsize collector/ 101 lines | another\n"
        "word agent/b.cpp | never used\n");
    const Complaints complaints{
        {"call", "agent/a.cpp", 1, "fork(): starts a process"},
        {"call", "agent/a.cpp", 2, "system(): starts a program"},
        {"call", "agent/b.cpp", 3, "fork(): starts a process"},
        {"size", "collector/api/c.cpp", 4, "a function of 101 lines"},
    };
    const auto left = without_exceptions(complaints, exceptions);
    BOOST_TEST_REQUIRE(left.size() == 2U);
    BOOST_TEST(left[0].line == 2U);
    BOOST_TEST(left[1].line == 3U);
    BOOST_TEST(exceptions[0].used);
    BOOST_TEST(exceptions[1].used);
    BOOST_TEST(!exceptions[2].used);
}

BOOST_AUTO_TEST_CASE(an_exception_without_reason_is_refused)
{
    BOOST_CHECK_THROW(parse_exceptions("call agent/a.cpp fork\n"), std::runtime_error);
    BOOST_CHECK_THROW(parse_exceptions("call agent/a.cpp fork | \n"), std::runtime_error);
    BOOST_CHECK_THROW(parse_exceptions("call | why\n"), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::tidy
