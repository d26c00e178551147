#include "agent/antivirus/find_products.hpp"

#include "agent/antivirus/formats.hpp"
#include "agent/antivirus/source_reader.hpp"
#include "common/base/utf8.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::agent::antivirus {
namespace {

constexpr std::size_t why_bytes_max = 500;

/// Why a member stays unknown: what each of its sources answered, each answer once.
class Reasons
{
public:
    void add(std::string reason)
    {
        if (std::find(reasons_.begin(), reasons_.end(), reason) == reasons_.end())
            reasons_.push_back(std::move(reason));
    }

    std::string text() const
    {
        std::string all;
        for (const std::string& reason : reasons_)
            all += (all.empty() ? "" : "; ") + reason;
        return all.empty() ? "no source is known" : std::string{utf8_prefix(all, why_bytes_max)};
    }

private:
    std::vector<std::string> reasons_;
};

/// Fills one product from its sources.
class ProductReader
{
public:
    ProductReader(const Product& product, MachineView& machine, Timestamp now)
        : product_{product}
        , machine_{machine}
        , reader_{product, machine}
        , now_{now}
    {}

    /// Whether the product is there. What could not be asked goes to `blind_spots`.
    bool is_present(std::set<std::string>& blind_spots)
    {
        for (const Source& source : product_.presence)
        {
            const auto there = reader_.state(source, StateQuestion::is_present);
            if (there && *there)
                return true;
            if (!there && there.error().code != Errc::unsupported
                && there.error().code != Errc::not_found)
                blind_spots.insert(there.error().message);
        }
        return false;
    }

    wire::AntivirusProduct read()
    {
        found_.id = product_.id;
        found_.vendor = product_.vendor;
        found_.name = product_.name;
        found_.has_pattern = product_.has_pattern;
        read_version("version", product_.version, found_.version);
        read_version("engine_version", product_.engine_version, found_.engine_version);
        if (concerns_pattern(product_.pattern_version))
            read_version("pattern_version", product_.pattern_version, found_.pattern_version);
        if (concerns_pattern(product_.pattern_built_at))
            read_moment("pattern_built_at", product_.pattern_built_at, found_.pattern_built_at);
        if (concerns_pattern(product_.pattern_applied_at))
            read_moment(
                "pattern_applied_at", product_.pattern_applied_at, found_.pattern_applied_at);
        if (concerns_pattern(product_.update_tried_at))
            read_moment("update_tried_at", product_.update_tried_at, found_.update_tried_at);
        if (found_.update_tried_at)
            found_.update_tried_at = std::chrono::floor<std::chrono::days>(*found_.update_tried_at);
        read_realtime();
        read_moment("last_scan_at", product_.last_scan_at, found_.last_scan_at);
        std::optional<Timestamp> licence;
        read_moment("licence_until", product_.licence_until, licence);
        if (licence)
            found_.licence_until = std::chrono::floor<std::chrono::days>(*licence);
        return std::move(found_);
    }

private:
    /// An allow-list product without sources for a pattern has none to be unknown.
    bool concerns_pattern(const std::vector<Source>& sources) const
    {
        return product_.has_pattern || !sources.empty();
    }

    bool applies(std::string_view fact) const
    {
        const auto& absent = product_.not_applicable;
        return std::find(absent.begin(), absent.end(), fact) == absent.end();
    }

    void answered_by(std::string name)
    {
        auto& names = found_.sources;
        if (std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(std::move(name));
    }

    void unknown(std::string_view fact, const Reasons& reasons)
    {
        found_.unknown.push_back({std::string{fact}, reasons.text()});
    }

    bool conditions_hold(const Source& source, Reasons& reasons)
    {
        for (const Source& condition : source.when)
        {
            const auto on = reader_.state(condition, StateQuestion::is_on);
            if (!on && on.error().code != Errc::not_found)
                reasons.add(on.error().message);
            if (!on || !*on)
                return false;
        }
        return true;
    }

    /// Asks the sources in their order until `understand` makes something of an answer.
    template <class Understand>
    void first_answer(
        std::string_view fact, const std::vector<Source>& sources, Understand understand)
    {
        if (!applies(fact))
            return;
        Reasons reasons;
        for (const Source& source : sources)
        {
            if (!conditions_hold(source, reasons))
                continue;
            const auto values = reader_.read(source);
            if (!values)
            {
                reasons.add(values.error().message);
                if (source.stop_if_broken && values.error().code != Errc::not_found)
                    break;
                continue;
            }
            const Result<void> understood = understand(source, *values);
            if (understood)
                return answered_by(
                    values->front().from.empty() ? reader_.label(source) : values->front().from);
            reasons.add(reader_.label(source) + ": " + understood.error().message);
            if (source.stop_if_broken && understood.error().code != Errc::not_found)
                break;
        }
        unknown(fact, reasons);
    }

    void read_version(
        std::string_view fact, const std::vector<Source>& sources, std::string& target)
    {
        first_answer(
            fact, sources,
            [&](const Source& source, const std::vector<RawValue>& values) -> Result<void> {
                Error failure{Errc::not_found, "nothing"};
                for (const RawValue& value : values)
                {
                    auto version = parse_version(source.format, value.text);
                    if (!version)
                        failure = version.error();
                    else if (target.empty() || is_lower_version(target, *version))
                        target = std::move(*version);
                }
                if (target.empty())
                    return failure;
                return {};
            });
    }

    void read_moment(
        std::string_view fact, const std::vector<Source>& sources, std::optional<Timestamp>& target)
    {
        first_answer(
            fact, sources,
            [&](const Source& source, const std::vector<RawValue>& values) -> Result<void> {
                if (source.unverified)
                    return Error{
                        Errc::unsupported, "nobody has verified this source, so it is not used"};
                Error failure{Errc::not_found, "nothing"};
                for (const RawValue& value : values)
                {
                    const auto at = moment_of(source, value);
                    if (!at)
                        failure = at.error();
                    else if (!target || *at > *target)
                        target = *at;
                }
                if (!target)
                    return failure;
                return {};
            });
    }

    Result<Timestamp> moment_of(const Source& source, const RawValue& value) const
    {
        if (value.at)
            return *value.at;
        const auto moment = parse_moment(source.format, value.text, now_);
        if (!moment)
            return moment.error();
        if (moment->is_local)
            return machine_.facts().local_to_utc(moment->at);
        return moment->at;
    }

    /// One condition: off as soon as one of its states is off, else unknown when one is unknown.
    wire::Switch judge(const Condition& condition, Reasons& reasons)
    {
        wire::Switch all = condition.all.empty() ? wire::Switch::unknown : wire::Switch::on;
        for (const Source& source : condition.all)
        {
            if (source.unverified)
            {
                reasons.add(
                    reader_.label(source) + ": nobody has verified this source, so it is not used");
                all = wire::Switch::unknown;
                continue;
            }
            const auto on = reader_.state(source, StateQuestion::is_on);
            if (!on)
            {
                reasons.add(on.error().message);
                all = wire::Switch::unknown;
                continue;
            }
            answered_by(reader_.label(source));
            if (!*on)
                return wire::Switch::off;
        }
        return all;
    }

    void read_realtime()
    {
        if (!applies("realtime"))
            return;
        Reasons reasons;
        bool any_unknown = product_.realtime.empty();
        for (const Condition& condition : product_.realtime)
        {
            const wire::Switch state = judge(condition, reasons);
            if (state == wire::Switch::on)
            {
                found_.realtime = state;
                return;
            }
            any_unknown = any_unknown || state == wire::Switch::unknown;
        }
        if (any_unknown)
            unknown("realtime", reasons);
        else
            found_.realtime = wire::Switch::off;
    }

    const Product& product_;
    MachineView& machine_;
    SourceReader reader_;
    Timestamp now_;
    wire::AntivirusProduct found_;
};

bool is_for(const Product& product, std::string_view platform)
{
    const auto& platforms = product.platforms;
    return std::find(platforms.begin(), platforms.end(), platform) != platforms.end();
}

/// Whether another product that is there makes this one superfluous. One that is switched off does
/// not speak for the machine: Defender stays installed beside whatever took its place.
bool is_hidden(const Product& product, const std::vector<wire::AntivirusProduct>& present)
{
    const auto hides = [&](const wire::AntivirusProduct& other) {
        const auto& names = product.hidden_by;
        const bool named = std::find(names.begin(), names.end(), other.id) != names.end();
        const bool any = std::find(names.begin(), names.end(), "*") != names.end();
        return other.id != product.id && (named || (any && other.realtime != wire::Switch::off));
    };
    return std::any_of(present.begin(), present.end(), hides);
}

} // namespace

wire::AntivirusSection find_products(
    const Definitions& definitions, const PlatformFacts& facts, Timestamp now)
{
    wire::AntivirusSection section;
    section.definitions_version = definitions.version;
    for (const RefusedProduct& refused : definitions.refused)
        section.from.unknown.push_back(
            {"products", "definition of " + refused.id + ": " + refused.why});

    MachineView machine{facts, run_bytes_max};
    std::set<std::string> blind_spots;
    for (const Product& product : definitions.products)
    {
        if (!is_for(product, facts.platform()))
            continue;
        ProductReader reader{product, machine, now};
        if (!reader.is_present(blind_spots))
            continue;
        section.products.push_back(reader.read());
    }
    const auto present = section.products;
    std::erase_if(section.products, [&](const wire::AntivirusProduct& found) {
        const auto& all = definitions.products;
        const auto product = std::find_if(all.begin(), all.end(), [&](const Product& candidate) {
            return candidate.id == found.id;
        });
        return product != all.end() && is_hidden(*product, present);
    });
    for (const std::string& why : blind_spots)
        section.from.unknown.push_back({"products", why});
    section.from.sources.push_back("antivirus definitions " + std::to_string(definitions.version));
    return section;
}

} // namespace mimamori::agent::antivirus
