#include "installer/policy/language.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mimamori::installer::policy {
namespace {

using namespace mimamori::settings;

std::string allowed_en(const Shape& shape, const std::string& from_table)
{
    return std::holds_alternative<Flag>(shape) ? "Enabled or Disabled" : from_table;
}

struct AllowedJa
{
    std::string operator()(const Flag&) const { return "有効、無効"; }

    std::string operator()(const Whole& whole) const
    {
        return fmt::format("{} から {} までの整数", whole.min, whole.max);
    }

    std::string operator()(const Text& text) const
    {
        return fmt::format("{} バイトまでの文字", text.bytes_max);
    }

    std::string operator()(const Texts& texts) const
    {
        return fmt::format(
            "{} 行まで、1 行は {} バイトまで", texts.count_max, texts.each.bytes_max);
    }

    std::string operator()(const Duration& duration) const
    {
        return fmt::format(
            "{} から {} まで", duration_text(duration.min), duration_text(duration.max));
    }

    std::string operator()(const Path&) const { return "完全パス"; }

    std::string operator()(const Names& names) const
    {
        return fmt::format("{}", fmt::join(names.names, "、"));
    }
};

std::string allowed_ja(const Shape& shape, const std::string&)
{
    return std::visit(AllowedJa{}, shape);
}

} // namespace

const Language& english()
{
    static const Language language{
        "en-US",
        "en",
        "mimamori agent",
        "Settings of the mimamori agent, which watches over this PC and only reads.",
        "mimamori agent 0.1 or later; Windows 7 SP1, Windows Server 2008 R2 or later",
        "Not configured: the agent's own file decides, else what was said at the installation, "
        "else the default.",
        "Allowed: ",
        "Default: ",
        "Name: ",
        "Enabled",
        "Disabled",
        "seconds",
        "milliseconds",
        &allowed_en};
    return language;
}

const Language& japanese()
{
    static const Language language{
        "ja-JP",
        "ja",
        "mimamori エージェント",
        "端末を見守る mimamori エージェントの設定です。エージェントは読み取るだけです。",
        "mimamori エージェント 0.1 以降、Windows 7 SP1 / Windows Server 2008 R2 以降",
        "「未構成」のときは、端末の設定ファイル、導入時の指定、既定値の順に使います。",
        "指定できる値: ",
        "既定値: ",
        "設定の名前: ",
        "有効",
        "無効",
        "秒",
        "ミリ秒",
        &allowed_ja};
    return language;
}

} // namespace mimamori::installer::policy
