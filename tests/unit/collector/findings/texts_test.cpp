#include "collector/findings/calls.hpp"
#include "collector/findings/texts.hpp"
#include "collector/rules/program_kind.hpp"
#include "collector/rules/rule.hpp"
#include "collector/rules/system_rule.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>

namespace mimamori::collector::findings {
namespace {

using namespace std::chrono_literals;

const Timestamp now = parse_rfc3339("2026-03-10T12:00:00Z").value();

/// Evidence of every rule as it comes, one for each case of the texts.
rules::Evidence everything()
{
    rules::Evidence evidence;
    for (const char* moment :
         {"pattern_built_at", "lists_updated_at", "last_seen_at", "first_seen_anywhere_at",
          "first_seen_at", "last_attached_at", "happened_at", "since", "sighted_at", "backup_at",
          "at"})
        evidence.set(moment, now - std::chrono::days{30});
    evidence.set("last_day", std::chrono::floor<std::chrono::days>(now) + std::chrono::days{300});
    evidence.set("product", "Example Antivirus").set("os", "Windows 10 22H2");
    evidence.set("programme", "Windows 10 ESU").set("line", "Windows 11 24H2");
    evidence.set("months_behind", "12").set("newest_kb", "KB5044273");
    evidence.set("pending_security", "120").set("program", "labview_upd.exe");
    evidence.set("devices", "12").set("devices_total", "12345").set("count", "10000");
    evidence.set("offset_s", "7200").set("incidents", "100");
    evidence.set("profiles", "domain, private, public").set("volumes", "C:, D:");
    evidence.set("disk", "SAMSUNG MZVLB256").set("adapters", "eth0, eth1");
    evidence.set("network", "10.120.107.0/24").set("other_network", "192.168.100.0/24");
    evidence.set("adapter", "LTE USB modem").set("service", "Telnet").set("port", "23");
    evidence.set("tool", "TeamViewer").set("protocol", "tcp").set("address", "10.120.107.131");
    evidence.set("other", "DIALYSIS-07").set("home", "10.120.107.0/24");
    evidence.set("value", "1000").set("limit", "1000").set("parts", "software, services");
    evidence.set("version", "0.1.0").set("newest_version", "0.2.0");
    evidence.set("certificate", "mimamori web port");
    evidence.set("not_after", now + std::chrono::days{300}).set("file", "antivirus_sources");
    evidence.set("data_date", std::chrono::floor<std::chrono::days>(now) - std::chrono::days{300});
    evidence.set("site", "Aoba").set("back", "1998").set("missing", "2");
    evidence.set("missing_devices", "DIALYSIS-07, LAB-1");
    evidence.set("free_percent", "10").set("weeks_left", "8").set("disk_gib", "1024");
    evidence.set("model_devices", "1234").set("flow", "labview_upd.exe → 203.0.113.7 tcp/443");
    evidence.set("sighted_by", "DIALYSIS-07").set("name", "administrator");
    return evidence;
}

/// Characters as people count them: a wide one takes the place of two, a narrow one of one. The
/// limit is for Japanese, whose characters are all wide.
std::size_t characters(std::string_view text)
{
    std::size_t count = 0;
    for (const char c : text)
        count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
    return count;
}

std::vector<const Bilingual*> all_of(const TextEntry& entry)
{
    std::vector<const Bilingual*> all{&entry.title, &entry.line};
    for (const auto* list : {&entry.what, &entry.why, &entry.next})
    {
        for (const Bilingual& text : *list)
            all.push_back(&text);
    }
    return all;
}

BOOST_AUTO_TEST_SUITE(texts)

BOOST_AUTO_TEST_CASE(every_rule_has_texts_and_no_text_is_of_a_rule_that_does_not_exist)
{
    const auto& entries = Texts::embedded().entries();
    std::set<std::string> names;
    for (const rules::Rule& rule : rules::all_rules())
    {
        names.emplace(rule.id);
        BOOST_TEST(entries.contains(rule.id), rule.id << " has no texts");
    }
    for (const rules::SystemRule& rule : rules::system_rules())
    {
        names.emplace(rule.id);
        BOOST_TEST(entries.contains(rule.id), rule.id << " has no texts");
    }
    for (const auto& [key, entry] : entries)
        BOOST_TEST(names.contains(key.substr(0, key.find(':'))), key << " is of no rule");
}

BOOST_AUTO_TEST_CASE(every_place_is_filled_in_both_languages)
{
    for (const auto& [key, entry] : Texts::embedded().entries())
    {
        for (const Language language : {Language::ja, Language::en})
        {
            const Reader reader{language, now, 0min};
            for (const Bilingual* text : all_of(entry))
            {
                const std::string& source = language == Language::ja ? text->ja : text->en;
                const std::string filled = fill(source, everything(), reader).value_or("");
                BOOST_TEST(!filled.empty(), key << ": " << source);
                BOOST_TEST(filled.find_first_of("?{}") == std::string::npos, key << ": " << filled);
                // Short lines: what is longer is not read. Evidence above is as long as it gets.
                BOOST_TEST(characters(filled) <= 60, key << ": " << filled);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(both_languages_have_the_same_places)
{
    for (const auto& [key, entry] : Texts::embedded().entries())
    {
        for (const Bilingual* text : all_of(entry))
        {
            const auto ja = places_of(text->ja);
            const auto en = places_of(text->en);
            const std::set<std::string> in_ja(ja.begin(), ja.end());
            const std::set<std::string> in_en(en.begin(), en.end());
            BOOST_TEST((in_ja == in_en), key << ": " << text->en);
        }
    }
}

BOOST_AUTO_TEST_CASE(one_line_and_title_name_no_program_person_or_path)
{
    for (const auto& [key, entry] : Texts::embedded().entries())
    {
        for (const Bilingual* text : {&entry.title, &entry.line})
        {
            for (const std::string& place : places_of(text->ja))
                BOOST_TEST(
                    (place != "program" && place != "path" && place != "serial" && place != "newest"
                     && place != "names"),
                    key << " puts {" << place << "} into mail");
        }
    }
}

BOOST_AUTO_TEST_CASE(every_rule_says_whom_to_phone_and_what_to_say)
{
    std::set<std::string_view> known;
    for (const rules::Rule& rule : rules::all_rules())
        known.insert(rule.id);
    for (const rules::SystemRule& rule : rules::system_rules())
        known.insert(rule.id);
    BOOST_TEST(all_calls().size() == known.size());
    for (const std::string_view rule : known)
    {
        const Call* call = call_about(rule);
        BOOST_TEST_REQUIRE(call != nullptr, rule);
        BOOST_TEST((call->say.ja != call->say.en));
        for (const std::string& text : {call->say.ja, call->say.en})
        {
            BOOST_TEST(!text.empty(), rule);
            // Said in one breath, and no place to fill: it is read out as it stands.
            BOOST_TEST(characters(text) <= 110, rule << ": " << text);
            BOOST_TEST(text.find_first_of("{}") == std::string::npos, rule);
        }
    }
    BOOST_TEST(call_about("no_such_rule") == nullptr);
}

BOOST_AUTO_TEST_CASE(the_japanese_and_english_texts_of_a_stale_pattern)
{
    rules::Evidence evidence;
    evidence.set("product", "ClamAV").set("pattern_built_at", now - std::chrono::days{30});
    const auto& catalogue = Texts::embedded();
    const auto en = catalogue.text_of("av_stale", evidence, {Language::en, now, 0min});
    BOOST_TEST(en.title == "Antivirus pattern is old");
    BOOST_TEST(en.line == "antivirus pattern of 2026-02-08 (30 days ago)");
    BOOST_TEST(en.what.front() == "The pattern of ClamAV has not been renewed.");
    const auto ja = catalogue.text_of("av_stale", evidence, {Language::ja, now, 0min});
    BOOST_TEST(ja.line == "ウイルス定義は2026/2/8版（30日前）");
    BOOST_TEST(ja.next.size() >= 3);
}

BOOST_AUTO_TEST_CASE(a_case_has_texts_of_its_own_and_an_unknown_one_those_of_its_rule)
{
    rules::Evidence evidence;
    evidence.set("case", "lists").set("lists_updated_at", now);
    const Reader reader{Language::en, now, 0min};
    const auto& catalogue = Texts::embedded();
    BOOST_TEST(
        catalogue.text_of("patch_behind", evidence, reader).title
        == "The device does not look for updates");
    evidence.set("case", "from a newer program");
    BOOST_TEST(catalogue.text_of("patch_behind", evidence, reader).title == "Updates are missing");
    BOOST_TEST(catalogue.text_of("no_such_rule", evidence, reader).title == "no_such_rule");
}

BOOST_AUTO_TEST_CASE(remarks_of_programs_have_texts)
{
    for (const auto remark : {rules::remark_user_folder, rules::remark_refused})
        BOOST_TEST(Texts::embedded().entries().contains("process_unknown:" + std::string{remark}));
}

struct FormCase
{
    const char* text;
    const char* ja;
    const char* en;
};

BOOST_AUTO_TEST_CASE(values_are_shown_in_the_form_that_is_asked_for)
{
    rules::Evidence evidence;
    evidence.set("at", parse_rfc3339("2026-03-09T20:30:00Z").value());
    evidence.set("day", parse_iso_date("2026-03-09").value());
    evidence.set("later", parse_iso_date("2026-03-11").value());
    evidence.set("s", "59").set("m", "7199").set("h", "7200").set("d", "172800");
    evidence.set("word", "x");
    const FormCase cases[] = {
        {"{word}", "x", "x"},
        {"{at:day}", "2026/3/10", "2026-03-10"}, // In Japan that evening is the next day.
        {"{at:moment}", "2026/3/10 5:30", "2026-03-10 5:30"},
        {"{at:ago}", "0日前", "0 days ago"},
        {"{day:day}", "2026/3/9", "2026-03-09"},
        {"{day:ago}", "1日前", "1 day ago"},
        {"{later:left}", "あと1日", "1 day left"},
        {"{s:span}", "0分", "0 minutes"},
        {"{m:span}", "119分", "119 minutes"},
        {"{h:span}", "2時間", "2 hours"},
        {"{d:span}", "2日", "2 days"},
        {"a {word} b {word}.", "a x b x.", "a x b x."},
        {"no place }", "no place }", "no place }"},
        {"open {word", "open {word", "open {word"},
    };
    for (const FormCase& c : cases)
    {
        BOOST_TEST(fill(c.text, evidence, {Language::ja, now, 540min}).value() == c.ja);
        BOOST_TEST(fill(c.text, evidence, {Language::en, now, 540min}).value() == c.en);
    }
}

BOOST_AUTO_TEST_CASE(evidence_cannot_bring_places_of_its_own)
{
    rules::Evidence evidence;
    evidence.set("program", "{path}").set("path", "/secret");
    BOOST_TEST(fill("{program}", evidence, {Language::en, now, 0min}).value() == "{path}");
}

BOOST_AUTO_TEST_CASE(a_value_that_turns_the_writing_turns_nothing_but_itself)
{
    rules::Evidence evidence;
    evidence.set("program", "\u202Egnp.exe").set("count", "3");
    BOOST_TEST(fill("{program}, {count}", evidence, {}).value() == "\u2068\u202Egnp.exe\u2069, 3");
}

BOOST_AUTO_TEST_CASE(a_text_that_lacks_a_value_is_not_filled)
{
    rules::Evidence evidence;
    evidence.set("word", "x").set("empty", "").set("half", "7 days");
    for (const char* text :
         {"{nothing}", "{word} of {nothing}", "{nothing} and {word}", "{empty}", "{word:day}",
          "{word:span}", "{half:span}", "{empty:ago}"})
        BOOST_TEST(!fill(text, evidence, {Language::en, now, 0min}), text);
}

BOOST_AUTO_TEST_CASE(sentences_about_what_an_older_program_did_not_store_are_left_out)
{
    const auto& catalogue = Texts::embedded();
    rules::Evidence evidence;
    evidence.set("port", "8080").set("protocol", "tcp").set("program", "web.exe");
    auto text = catalogue.text_of("port_unexpected", evidence, {Language::ja, now, 0min});
    BOOST_TEST(
        text.what == std::vector<std::string>{"web.exeが、tcpの8080番で接続を受け付けています。"},
        boost::test_tools::per_element());
    BOOST_TEST(text.line == "見慣れない口（tcp 8080番）が開いています");
    BOOST_TEST(text.next.size() == 3);
    evidence.set("devices", "1").set("model_devices", "41");
    text = catalogue.text_of("port_unexpected", evidence, {Language::en, now, 0min});
    BOOST_TEST(text.what.size() == 2);
    BOOST_TEST(text.what.back() == "1 of 41 devices of this model have it.");
}

BOOST_AUTO_TEST_CASE(without_any_evidence_each_rule_is_told_by_its_title)
{
    const auto& catalogue = Texts::embedded();
    for (const auto& [key, entry] : catalogue.entries())
    {
        rules::Evidence evidence;
        const std::size_t colon = key.find(':');
        if (colon != std::string::npos)
            evidence.set("case", key.substr(colon + 1));
        for (const Language language : {Language::ja, Language::en})
        {
            const auto text =
                catalogue.text_of(key.substr(0, colon), evidence, {language, now, 0min});
            BOOST_TEST_CONTEXT(key)
            {
                BOOST_TEST(
                    text.title == (language == Language::ja ? entry.title.ja : entry.title.en));
                if (!places_of(entry.line.ja).empty())
                    BOOST_TEST(text.line == text.title);
                for (const auto* list : {&text.what, &text.why, &text.next})
                {
                    BOOST_TEST(!list->empty());
                    for (const std::string& line : *list)
                        BOOST_TEST(line.find_first_of("?{}") == std::string::npos, line);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_catalogue_with_a_fault_is_refused_with_its_key)
{
    const auto entry = [](std::string title, std::string next) {
        return R"({"texts": [{"key": "a", "title": )" + title
               + R"(, "line": {"ja": "x", "en": "x"}, "what": [{"ja": "x", "en": "x"}],
                   "why": [{"ja": "x", "en": "x"}], "next": )"
               + next + "}]}";
    };
    const std::string both = R"({"ja": "x", "en": "x"})";
    BOOST_TEST(Texts::parse(entry(both, '[' + both + ']')).has_value());
    for (const std::string& fault :
         {entry(R"({"ja": "x"})", '[' + both + ']'), entry(both, "[]"),
          entry(R"({"ja": "{a:week}", "en": "x"})", '[' + both + ']'),
          entry(R"({"ja": "{}", "en": "x"})", '[' + both + ']'),
          entry(both, R"([{"ja": "{a:week}", "en": "x"}])"),
          entry(R"({"ja": "x", "en": "{a}"})", '[' + both + ']'),
          entry(R"({"ja": "{a}", "en": "x"})", '[' + both + ']')})
    {
        const auto refused = Texts::parse(fault);
        BOOST_TEST_REQUIRE(refused.has_error());
        BOOST_TEST(refused.error().message.starts_with("texts: a: "));
    }
    BOOST_TEST(Texts::parse("{").has_error());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::findings
