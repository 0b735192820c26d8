using System.Globalization;

namespace Mport.Server.Policy.Rules;

/// <summary><c>https</c>: sends visitors of http to https, and where asked tells browsers to stay there (HSTS); never unasked (SEC-105).</summary>
internal sealed class HttpsRule(bool redirects, HeaderChanges? hsts) : PolicyRule
{
    private static readonly string[] Keys = ["redirect", "hsts", "include_subdomains"];

    public override string Kind => "https";

    public override RuleEffect Effect => RuleEffect.Guards;

    /// <summary>Reads <c>true</c> or the keys.</summary>
    public static PolicyRule? Read(PolicyNode node, PolicyReading reading)
    {
        if (!node.IsMap)
        {
            if (node.Switch())
            {
                return new HttpsRule(redirects: true, hsts: null);
            }

            node.Fault("It takes true, or a group of the keys redirect, hsts and include_subdomains.");
            return null;
        }

        if (!node.IsGroup(Keys))
        {
            return null;
        }

        HeaderChanges? hsts = null;
        var subdomains = node.Get("include_subdomains")?.Switch() ?? false;
        if (node.Get("hsts")?.Time(TimeSpan.Zero, TimeSpan.FromDays(730)) is { } age)
        {
            var value = string.Create(CultureInfo.InvariantCulture, $"max-age={(long)age.TotalSeconds}{(subdomains ? "; includeSubDomains" : "")}");
            hsts = new HeaderChanges([], [new("Strict-Transport-Security", value)], []);
        }
        else if (subdomains)
        {
            node.Get("include_subdomains")?.Fault("It is of no use without hsts.");
        }

        return new HttpsRule(node.Get("redirect")?.Switch() ?? true, hsts);
    }

    public override PolicyAnswer? Apply(PolicyRequest request, PolicyPlan plan)
    {
        if (request.IsHttps)
        {
            // RFC 6797, 7.2: over plain HTTP the header must not be sent.
            if (hsts is not null)
            {
                plan.ChangeResponse(hsts);
            }

            return null;
        }

        return redirects ? new PolicyAnswer(StatusCodes.Status308PermanentRedirect) { Headers = [new("Location", request.HttpsOrigin + request.Target), new("Cache-Control", "no-store")] } : null;
    }
}
