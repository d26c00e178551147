#include "agent/antivirus/definitions.hpp"

#include "agent/antivirus/allowed_places.hpp"
#include "common/base/utf8.hpp"
#include "common/wire/json_reader.hpp"

#include "embed/antivirus_definitions.hpp"
#include <utility>

namespace mimamori::agent::antivirus {
namespace {

constexpr wire::JsonLimits limits{
    .bytes_max = definitions_bytes_max,
    .depth_max = 10,
    .values_max = 20'000,
    .elements_max = 500,
    .string_bytes_max = 512,
};

} // namespace

Result<Definitions> parse_definitions(std::string_view text)
{
    auto read = wire::from_json<Definitions>(text, limits);
    if (!read)
        return std::move(read).error().in("antivirus definitions");
    if (read->name != "antivirus_sources")
        return Error{Errc::invalid_input, "antivirus definitions: name: this is another file"};
    if (read->version == 0 || read->data_date == Date{} || read->expires == Date{})
        return Error{
            Errc::invalid_input, "antivirus definitions: version, data_date or expires: missing"};

    std::vector<Product> usable;
    for (Product& product : read->products)
    {
        std::string why = reason_to_refuse(product);
        if (why.empty())
            usable.push_back(std::move(product));
        else
            read->refused.push_back({std::string{utf8_prefix(product.id, 64)}, for_log(why)});
    }
    read->products = std::move(usable);
    return read;
}

const Definitions& embedded_definitions()
{
    static const Definitions definitions = [] {
        const auto* file = find_embedded(embedded::files(), "antivirus_sources.json");
        return parse_definitions(file->text()).value();
    }();
    return definitions;
}

} // namespace mimamori::agent::antivirus
