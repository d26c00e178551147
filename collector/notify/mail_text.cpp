#include "collector/notify/mail_text.hpp"

#include "collector/notify/mime.hpp"
#include "common/base/markup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace mimamori::collector::notify {

namespace {

using findings::Language;
using storage::AlertSubject;

constexpr std::size_t name_bytes_max = 80;

/// Text and its HTML, written side by side.
class Writer
{
public:
    explicit Writer(Language language)
        : html_{fmt::format(
            "<!DOCTYPE html><html lang=\"{}\"><meta charset=\"utf-8\"><body>\n",
            language == Language::ja ? "ja" : "en")}
    {}

    void paragraph(const std::string& text)
    {
        body_ += text + "\n\n";
        html_ += "<p>" + markup_escaped(text) + "</p>\n";
    }

    void heading(std::string_view mark, const std::string& text)
    {
        body_ += fmt::format("{} {}\n", mark, text);
        html_ += "<h3>" + markup_escaped(text) + "</h3>\n";
    }

    void list(std::string_view mark, const std::vector<std::string>& items)
    {
        html_ += "<ul>\n";
        for (const std::string& item : items)
        {
            body_ += fmt::format("  {}{}\n", mark, item);
            html_ += "<li>" + markup_escaped(item) + "</li>\n";
        }
        body_ += '\n';
        html_ += "</ul>\n";
    }

    void link(const std::string& text, const std::string& address)
    {
        body_ += text + "\n" + address + "\n\n";
        html_ += "<p>" + markup_escaped(text) + "<br><a href=\"" + markup_escaped(address) + "\">"
                 + markup_escaped(address) + "</a></p>\n";
    }

    std::string body() const { return body_; }

    std::string html() const { return html_ + "</body></html>\n"; }

private:
    std::string body_;
    std::string html_;
};

/// Findings with one title.
struct Group
{
    std::string title;
    rules::Severity worst{rules::Severity::info};
    std::size_t findings{0};
    std::set<std::string> devices;
    std::set<std::string> sites;    ///< That findings are about as a whole.
    std::vector<std::string> lines; ///< Of those that are about a site, not a device.
};

std::vector<Group> groups_of(
    const std::vector<AlertSubject>& subjects,
    const findings::Texts& texts,
    const findings::Reader& reader)
{
    std::map<std::string, Group> by_title;
    for (const AlertSubject& subject : subjects)
    {
        const auto text = texts.text_of(subject.rule, subject.evidence, reader);
        Group& group = by_title[text.title];
        group.title = one_line(text.title, 200);
        group.worst = std::max(group.worst, subject.severity);
        ++group.findings;
        if (const std::string* site = subject.evidence.find("site"))
            group.sites.insert(one_line(*site, name_bytes_max));
        if (!subject.device.empty())
            group.devices.insert(one_line(subject.device_name, name_bytes_max));
        else if (group.lines.size() < devices_named_max)
            group.lines.push_back(one_line(text.line, 200));
    }
    std::vector<Group> groups;
    for (auto& [title, group] : by_title)
        groups.push_back(std::move(group));
    std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
        return a.worst > b.worst;
    });
    return groups;
}

std::string_view severity_word(rules::Severity severity, bool ja)
{
    switch (severity)
    {
    case rules::Severity::action:
        return ja ? "要対応" : "action needed";
    case rules::Severity::warning:
        return ja ? "注意" : "warning";
    case rules::Severity::info:
        return ja ? "お知らせ" : "information";
    }
    return {};
}

std::string news_word(News news, rules::Severity worst, bool ja)
{
    const std::string word{severity_word(worst, ja)};
    switch (news)
    {
    case News::opened:
        return word;
    case News::escalated:
        return ja ? word + "（まだ誰も対応していません）" : word + ", not taken up by anybody";
    case News::repeated:
        return ja ? word + "（もう一度のお知らせ）" : word + ", once more";
    case News::resolved:
        return ja ? "解決" : "resolved";
    }
    return word;
}

std::string intro(News news, bool ja)
{
    switch (news)
    {
    case News::opened:
        return ja ? "次のことが見つかりました。" : "These were found.";
    case News::escalated:
        return ja ? "次のことに、まだ誰も対応していません。" : "Nobody has taken these up yet.";
    case News::repeated:
        return ja ? "次のことが、まだ続いています。" : "These still last.";
    case News::resolved:
        return ja ? "次のことは解決しました。" : "These have been resolved.";
    }
    return {};
}

std::string subject_of(News news, const std::vector<Group>& groups, bool ja)
{
    const Group& first = groups.front();
    std::size_t count = 0;
    for (const Group& group : groups)
        count += group.findings;
    const std::string word = news_word(news, first.worst, ja);
    std::string subject = ja ? fmt::format("【見守り】{} {}件：{}", word, count, first.title)
                             : fmt::format("[mimamori] {} {}: {}", count, word, first.title);
    if (groups.size() > 1)
        return subject + (ja ? " ほか" : " and others");
    const auto& names = first.devices.empty() ? first.sites : first.devices;
    if (names.size() == 1)
        subject += (ja ? "（" : " (") + *names.begin() + (ja ? "）" : ")");
    return subject;
}

void append_group(Writer& out, const Group& group, bool ja)
{
    const std::size_t devices = group.devices.size();
    if (devices == 0)
        out.heading(ja ? "■" : "*", group.title);
    else if (ja)
        out.heading("■", fmt::format("{}（{}台）", group.title, devices));
    else
        out.heading(
            "*",
            fmt::format("{} ({} {})", group.title, devices, devices == 1 ? "device" : "devices"));
    std::vector<std::string> names = group.lines;
    names.insert(names.end(), group.devices.begin(), group.devices.end());
    if (const std::size_t named = std::min(devices, devices_named_max); named < devices)
    {
        names.resize(group.lines.size() + named);
        names.push_back(
            ja ? fmt::format("ほか {}台", devices - named)
               : fmt::format("and {} more", devices - named));
    }
    out.list(ja ? "・" : "- ", names);
}

void begin(Writer& out, const MailContext& context, bool ja)
{
    const std::string site = one_line(context.site_name, 200);
    if (!site.empty())
        out.paragraph(site + (ja ? " の見守りからのお知らせです。" : ": news from mimamori."));
}

/// `path`: below the address of the pages. The link only opens a page: who is not signed in signs
/// in, and what is to be done about it takes a click there.
void end(Writer& out, const MailContext& context, const std::string& path, bool ja)
{
    if (!context.web_address.empty())
        out.link(
            ja ? "くわしく見る、対応中にする：" : "Read more, and say that you take it up:",
            context.web_address + path);
    out.paragraph(
        ja ? "このメールは見守りから自動で送られています。"
           : "This mail was sent automatically by mimamori.");
}

MailText findings_text(
    const Bundle& bundle, const findings::Texts& texts, const MailContext& context, bool ja)
{
    const auto groups = groups_of(bundle.findings, texts, context.reader);
    Writer out{context.reader.language};
    begin(out, context, ja);
    out.paragraph(intro(bundle.news, ja));
    for (const Group& group : groups)
        append_group(out, group, ja);
    const bool one = bundle.findings.size() == 1;
    end(out, context, one ? "findings/" + bundle.findings.front().finding_id : "inbox", ja);
    return {subject_of(bundle.news, groups, ja), out.body(), out.html()};
}

MailText digest_text(
    const DigestContent& digest, const findings::Texts& texts, const MailContext& context, bool ja)
{
    std::uint64_t action = 0;
    std::uint64_t open = 0;
    std::vector<std::string> lines;
    for (const auto& line : digest.open)
    {
        open += line.findings;
        action += line.severity == rules::Severity::action ? line.findings : 0;
        const auto text = texts.text_of(line.rule, line.evidence, context.reader);
        const auto word = severity_word(line.severity, ja);
        lines.push_back(
            ja ? fmt::format("{}：{}（{}件）", word, text.title, line.findings)
               : fmt::format("{}: {} ({})", word, text.title, line.findings));
    }
    Writer out{context.reader.language};
    begin(out, context, ja);
    out.paragraph(
        ja ? fmt::format(
            "端末 {}台（うち連絡なし {}台）。前回のまとめから、新しく {}件、解決 {}件。",
            digest.devices, digest.silent, digest.opened, digest.resolved)
           : fmt::format(
               "{} devices, {} of them silent. Since the summary before: {} new, {} resolved.",
               digest.devices, digest.silent, digest.opened, digest.resolved));
    if (lines.empty())
        out.paragraph(ja ? "気になることはありません。" : "Nothing needs attention.");
    else
    {
        out.heading(
            ja ? "■" : "*",
            ja ? fmt::format("残っていること {}件", open) : fmt::format("Still open: {}", open));
        out.list(ja ? "・" : "- ", lines);
    }
    for (const auto& failing : digest.failing)
        out.paragraph(
            ja ? fmt::format("お知らせの送り先「{}」に送れていません。", one_line(failing.name, 80))
               : fmt::format("The channel {} does not deliver.", one_line(failing.name, 80)));
    end(out, context, {}, ja);
    return {
        ja ? fmt::format("【見守り】まとめ：要対応 {}件、残り {}件", action, open)
           : fmt::format("[mimamori] summary: {} need action, {} open", action, open),
        out.body(), out.html()};
}

std::string score_sentence(const findings::MonthScore& all, bool ja)
{
    if (!all.score)
        return ja ? "点数の記録がありません。" : "No score was recorded.";
    if (!all.before)
        return ja ? fmt::format("総合点は {}点です。", *all.score)
                  : fmt::format("The score is {}.", *all.score);
    return ja ? fmt::format("総合点は {}点です（先月末は {}点）。", *all.score, *all.before)
              : fmt::format("The score is {} ({} a month before).", *all.score, *all.before);
}

/// The rules whose findings became less, or more.
std::vector<std::string> moved_rules(
    const findings::MonthReport& month,
    bool better,
    const findings::Texts& texts,
    const MailContext& context,
    bool ja)
{
    std::vector<std::string> lines;
    for (const findings::MonthRule& rule : month.rules)
    {
        if (better ? rule.now >= rule.before : rule.now <= rule.before)
            continue;
        const auto title = texts.text_of(rule.rule, {}, context.reader).title;
        lines.push_back(
            ja ? fmt::format("{}：{}件 → {}件", title, rule.before, rule.now)
               : fmt::format("{}: {} -> {}", title, rule.before, rule.now));
    }
    return lines;
}

/// The monthly report in short, and where its page is.
MailText month_text(
    const findings::MonthReport& month,
    const findings::Texts& texts,
    const MailContext& context,
    bool ja)
{
    Writer out{context.reader.language};
    begin(out, context, ja);
    out.paragraph(score_sentence(month.all, ja));
    out.paragraph(
        ja ? fmt::format(
            "端末 {}台：要対応 {}、注意 {}、連絡なし {}、不明 {}、良好 {}。新しく見つかったこと "
            "{}件、"
            "直ったこと {}件。",
            month.all.devices, month.action, month.warning, month.silent, month.unknown, month.good,
            month.opened, month.resolved)
           : fmt::format(
               "{} devices: {} need action, {} warnings, {} silent, {} unknown, {} good. {} new"
               " findings, {} ended.",
               month.all.devices, month.action, month.warning, month.silent, month.unknown,
               month.good, month.opened, month.resolved));
    for (const bool better : {true, false})
    {
        const auto lines = moved_rules(month, better, texts, context, ja);
        if (lines.empty())
            continue;
        out.heading(
            ja ? "■" : "*", better ? (ja ? "よくなったこと" : "What improved")
                                   : (ja ? "悪くなったこと" : "What got worse"));
        out.list(ja ? "・" : "- ", lines);
    }
    if (month.waivers_total > 0)
        out.paragraph(
            ja ? fmt::format("例外にしていること {}件。", month.waivers_total)
               : fmt::format("{} accepted risks.", month.waivers_total));
    end(out, context, "reports?month=" + month.month, ja);
    const std::string score = month.all.score ? fmt::format("{}", *month.all.score) : "-";
    return {
        ja ? fmt::format("【見守り】月次報告 {}：総合点 {}点", month.month, score)
           : fmt::format("[mimamori] report of {}: score {}", month.month, score),
        out.body(), out.html()};
}

MailText test_text(const MailContext& context, bool ja)
{
    Writer out{context.reader.language};
    begin(out, context, ja);
    out.paragraph(
        ja ? "これは試しのメールです。届いていれば、設定は正しくできています。"
           : "This is a test. If you read it, mail works.");
    end(out, context, {}, ja);
    return {ja ? "【見守り】試しのメール" : "[mimamori] test mail", out.body(), out.html()};
}

} // namespace

MailText mail_text(const Bundle& bundle, const findings::Texts& texts, const MailContext& context)
{
    const bool ja = context.reader.language == Language::ja;
    if (bundle.is_test)
        return test_text(context, ja);
    if (bundle.digest && bundle.digest->month)
        return month_text(*bundle.digest->month, texts, context, ja);
    if (bundle.digest)
        return digest_text(*bundle.digest, texts, context, ja);
    return findings_text(bundle, texts, context, ja);
}

} // namespace mimamori::collector::notify
