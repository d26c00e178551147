#include "collector/rules/certificate_expiring.hpp"

#include <utility>

namespace mimamori::collector::rules {

Judgement judge_certificate_expiring(const SystemInputs& in)
{
    if (in.system.certificates.empty())
        return {Unknown{"no certificate was read"}, {}};
    Bad verdict;
    for (const CertificateFact& certificate : in.system.certificates)
    {
        if (certificate.urgency == Urgency::none)
            continue;
        Finding finding;
        finding.subject = certificate.what + ' ' + certificate.name;
        finding.severity =
            certificate.urgency == Urgency::soon ? Severity::warning : Severity::action;
        finding.evidence.set("certificate", certificate.name)
            .set("what", certificate.what)
            .set("not_after", certificate.not_after);
        if (certificate.urgency == Urgency::over)
            finding.evidence.set("case", "over");
        verdict.findings.push_back(std::move(finding));
    }
    if (verdict.findings.empty())
        return {Good{}, {}};
    return {std::move(verdict), {}};
}

} // namespace mimamori::collector::rules
