#include "agent/probes/antivirus_detections.hpp"

#include "agent/probes/text.hpp"

#include <algorithm>

namespace mimamori::agent::probes {

bool has_product(const wire::AntivirusSection& section, std::string_view id)
{
    const auto& products = section.products;
    return std::any_of(products.begin(), products.end(), [&](const wire::AntivirusProduct& one) {
        return one.id == id;
    });
}

void settle_detections(wire::AntivirusSection& section)
{
    std::stable_sort(
        section.detections.begin(), section.detections.end(),
        [](const auto& a, const auto& b) { return a.at > b.at; });
    cut_list(section.detections, detections_max, section.from, "detections");
}

} // namespace mimamori::agent::probes
