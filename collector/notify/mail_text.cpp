#include "collector/notify/mail_text.hpp"

#include "collector/notify/mime.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace mimamori::collector::notify {

namespace {

using findings::AlertKind;
using findings::Language;
using storage::WaitingAlert;

constexpr std::size_t name_bytes_max = 80;

/// Alerts of one rule and case, which share a title.
struct Group
{
    std::string title;
    rules::Severity worst{rules::Severity::info};
    std::vector<std::pair<std::string, std::string>> lines; ///< Device and line.
    std::set<std::string> devices;
};

std::vector<Group> groups_of(
    const std::vector<WaitingAlert>& alerts,
    const findings::Texts& texts,
    const findings::Reader& reader)
{
    std::map<std::string, Group> by_title;
    for (const WaitingAlert& alert : alerts)
    {
        const auto text = texts.text_of(alert.rule, alert.evidence, reader);
        Group& group = by_title[text.title];
        group.title = text.title;
        group.worst = std::max(group.worst, alert.severity);
        const std::string device = one_line(alert.device_name, name_bytes_max);
        group.lines.emplace_back(device, one_line(text.line, 300));
        group.devices.insert(device);
    }
    std::vector<Group> groups;
    for (auto& [title, group] : by_title)
        groups.push_back(std::move(group));
    std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
        return a.worst > b.worst;
    });
    return groups;
}

std::string_view severity_word(rules::Severity severity, Language language)
{
    const bool ja = language == Language::ja;
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

std::string subject_of(AlertKind kind, const std::vector<Group>& groups, const MailContext& context)
{
    const bool ja = context.reader.language == Language::ja;
    const Group& first = groups.front();
    std::size_t count = 0;
    for (const Group& group : groups)
        count += group.lines.size();
    const std::string_view word = kind == AlertKind::resolved
                                      ? (ja ? "解決" : "resolved")
                                      : severity_word(first.worst, context.reader.language);
    std::string subject = ja ? fmt::format("【見守り】{} {}件：{}", word, count, first.title)
                             : fmt::format("[mimamori] {} {}: {}", count, word, first.title);
    if (groups.size() > 1)
        return subject + (ja ? " ほか" : " and others");
    if (first.devices.size() == 1)
        subject += (ja ? "（" : " (") + *first.devices.begin() + (ja ? "）" : ")");
    return subject;
}

void append_group(std::string& body, const Group& group, Language language)
{
    const bool ja = language == Language::ja;
    const std::size_t devices = group.devices.size();
    body += ja ? fmt::format("■ {}（{}台）\n", group.title, devices)
               : fmt::format(
                   "* {} ({} {})\n", group.title, devices, devices == 1 ? "device" : "devices");
    const std::size_t named = std::min(group.lines.size(), devices_named_max);
    for (std::size_t i = 0; i < named; ++i)
    {
        const auto& [device, line] = group.lines[i];
        body += ja ? fmt::format("  ・{}：{}\n", device, line)
                   : fmt::format("  - {}: {}\n", device, line);
    }
    if (const std::size_t rest = group.lines.size() - named; rest > 0)
        body += ja ? fmt::format("  ほか {}件\n", rest) : fmt::format("  and {} more\n", rest);
    body += '\n';
}

void append_end(std::string& body, const MailContext& context)
{
    const bool ja = context.reader.language == Language::ja;
    if (!context.web_address.empty())
        body += (ja ? "くわしくは次のページをご覧ください：\n" : "Read more at:\n")
                + context.web_address + "\n\n";
    body += ja ? "このメールは見守りから自動で送られています。\n"
               : "This mail was sent automatically by mimamori.\n";
}

std::string greeting(const MailContext& context)
{
    const bool ja = context.reader.language == Language::ja;
    const std::string site = one_line(context.site_name, 200);
    if (site.empty())
        return {};
    return site + (ja ? " の見守りからのお知らせです。\n\n" : ": news from mimamori.\n\n");
}

} // namespace

MailText mail_text(
    AlertKind kind,
    const std::vector<WaitingAlert>& alerts,
    const findings::Texts& texts,
    const MailContext& context)
{
    const bool ja = context.reader.language == Language::ja;
    const auto groups = groups_of(alerts, texts, context.reader);
    MailText text{subject_of(kind, groups, context), greeting(context)};
    if (kind == AlertKind::resolved)
        text.body += ja ? "次のことは解決しました。\n\n" : "These have been resolved.\n\n";
    else
        text.body += ja ? "次のことが見つかりました。\n\n" : "These were found.\n\n";
    for (const Group& group : groups)
        append_group(text.body, group, context.reader.language);
    append_end(text.body, context);
    return text;
}

MailText test_mail_text(const MailContext& context)
{
    const bool ja = context.reader.language == Language::ja;
    MailText text{ja ? "【見守り】試しのメール" : "[mimamori] test mail", greeting(context)};
    text.body += ja ? "これは試しのメールです。届いていれば、設定は正しくできています。\n\n"
                    : "This is a test. If you read it, mail works.\n\n";
    append_end(text.body, context);
    return text;
}

} // namespace mimamori::collector::notify
