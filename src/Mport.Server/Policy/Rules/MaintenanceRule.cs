using Mport.Protocol.Errors;

namespace Mport.Server.Policy.Rules;

/// <summary><c>maintenance</c>: a page that says to come back later.</summary>
internal sealed class MaintenanceRule(string? text, int retryAfter) : PolicyRule
{
    private const int DefaultRetrySeconds = 300;
    private static readonly string[] Keys = ["text", "retry_after"];

    public override string Kind => "maintenance";

    public override RuleEffect Effect => RuleEffect.Guards;

    public override bool IsAccess => true;

    /// <summary>Reads <c>true</c> or the keys.</summary>
    public static PolicyRule? Read(PolicyNode node, PolicyReading reading)
    {
        if (node.IsMap)
        {
            if (!node.IsGroup(Keys))
            {
                return null;
            }

            var retry = node.Get("retry_after")?.Time(TimeSpan.FromSeconds(1), TimeSpan.FromDays(30)) ?? TimeSpan.FromSeconds(DefaultRetrySeconds);
            return new MaintenanceRule(node.Get("text")?.Text(longest: 500), (int)retry.TotalSeconds);
        }

        if (node.Switch())
        {
            return new MaintenanceRule(null, DefaultRetrySeconds);
        }

        node.Fault("It takes true, or a group of the keys text and retry_after.");
        return null;
    }

    public override PolicyAnswer? Apply(PolicyRequest request, PolicyPlan plan) => new(StatusCodes.Status503ServiceUnavailable)
    {
        Error = PolicyErrors.Maintenance,
        Particulars = text,
        RetryAfter = retryAfter,
    };
}
