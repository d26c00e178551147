#include "agent/app/command_line.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace mimamori::agent::app {
namespace {

constexpr std::string_view dashes = "--";

bool is_word(const Option& option)
{
    return !option.name.starts_with(dashes);
}

template <class List>
auto* find_in(List& list, std::string_view name)
{
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const auto& one) { return one.name == name; });
    return found == list.end() ? nullptr : &*found;
}

void append_row(std::string& text, const std::string& left, std::string_view right)
{
    text += fmt::format("  {:<27} {}\n", left, right);
}

void append_options(std::string& text, const std::vector<Option>& options)
{
    for (const auto& option : options)
    {
        const bool word = is_word(option);
        append_row(
            text, word ? std::string{option.name} : fmt::format("{} {}", option.name, option.value),
            option.help);
    }
}

} // namespace

std::string_view Said::value_of(std::string_view option) const
{
    for (const auto& one : given)
        if (one.option == option)
            return one.value;
    return {};
}

/// One look at the words, from the first to the last.
class CommandLine::Reading
{
public:
    Reading(const CommandLine& line, const std::vector<std::string>& words)
        : line_{line}
        , words_{words}
    {}

    Result<Said> run()
    {
        while (at_ < words_.size())
        {
            const std::string_view word = words_[at_++];
            if (word == "-h" || word == "--help")
            {
                said_.wants_help = true;
                return std::move(said_);
            }
            auto done = word.starts_with(dashes) ? option(word) : bare_word(word);
            if (!done)
                return std::move(done).error();
        }
        if (verb_ != nullptr)
            for (const auto& one : verb_->options)
                if (one.is_required && said_.value_of(one.name).empty())
                    return line_.mistake(fmt::format("{} is required", one.name));
        return std::move(said_);
    }

private:
    Result<void> unexpected(std::string_view word) const
    {
        return line_.mistake(fmt::format("The following argument was not expected: {}", word));
    }

    Result<void> keep(const Option& option, std::string_view value)
    {
        const auto& allowed = option.allowed;
        if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), value) == allowed.end())
            return line_.mistake(
                fmt::format("{}: {} is none of {}", option.name, value, fmt::join(allowed, ", ")));
        if (find_given(option.name))
            return line_.mistake(fmt::format("{} was said twice", option.name));
        said_.given.push_back({option.name, std::string{value}});
        return {};
    }

    bool find_given(std::string_view name) const
    {
        return std::any_of(said_.given.begin(), said_.given.end(), [&](const Said::Given& one) {
            return one.option == name;
        });
    }

    Result<void> option(std::string_view word)
    {
        const auto equals = word.find('=');
        const auto name = word.substr(0, equals);
        const Option* known = find_in(line_.common_, name);
        if (known == nullptr && verb_ != nullptr)
            known = find_in(verb_->options, name);
        if (known == nullptr)
            return unexpected(word);
        if (equals != std::string_view::npos)
            return keep(*known, word.substr(equals + 1));
        if (at_ == words_.size() || words_[at_].starts_with(dashes))
            return line_.mistake(fmt::format("{}: {} is missing", name, known->value));
        return keep(*known, words_[at_++]);
    }

    Result<void> bare_word(std::string_view word)
    {
        if (verb_ == nullptr)
        {
            verb_ = line_.find(word);
            if (verb_ == nullptr)
                return unexpected(word);
            said_.verb = word;
            return {};
        }
        for (const auto& one : verb_->options)
            if (is_word(one) && !find_given(one.name))
                return keep(one, word);
        return unexpected(word);
    }

    const CommandLine& line_;
    const std::vector<std::string>& words_;
    std::size_t at_{0};
    const Verb* verb_{nullptr};
    Said said_;
};

CommandLine::CommandLine(
    std::string_view program, std::string_view help, std::vector<Option> common)
    : program_{program}
    , help_{help}
    , common_{std::move(common)}
{}

Result<Said> CommandLine::read(const std::vector<std::string>& words) const
{
    return Reading{*this, words}.run();
}

const Verb* CommandLine::find(std::string_view name) const
{
    return find_in(verbs_, name);
}

Error CommandLine::mistake(const std::string& text) const
{
    std::string verbs;
    for (const auto& verb : verbs_)
        verbs += fmt::format(" {}", verb.name);
    return {
        Errc::invalid_input, fmt::format("{}\nThe verbs are:{}. --help says more.", text, verbs)};
}

std::string CommandLine::help_text(std::string_view name) const
{
    const Verb* verb = find(name);
    std::string text = fmt::format("{}\nUsage: {} ", verb ? verb->help : help_, program_);
    if (verb == nullptr)
        text += "[OPTIONS] [SUBCOMMAND]\n";
    else
    {
        text += verb->name;
        for (const auto& option : verb->options)
            if (is_word(option))
                text += fmt::format(" {}", option.value);
        text += " [OPTIONS]\n";
    }
    text += "\nOptions:\n";
    append_row(text, "-h,--help", "Print this help message and exit");
    if (verb != nullptr)
        append_options(text, verb->options);
    append_options(text, common_);
    if (verb != nullptr)
        return text;
    text += "\nSubcommands:\n";
    for (const auto& one : verbs_)
        append_row(text, std::string{one.name}, one.help);
    return text;
}

} // namespace mimamori::agent::app
