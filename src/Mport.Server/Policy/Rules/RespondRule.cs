namespace Mport.Server.Policy.Rules;

/// <summary><c>respond</c>: a canned answer in the target's place.</summary>
internal sealed class RespondRule(PolicyAnswer answer) : PolicyRule
{
    private const int LongestBody = 16 * 1024;
    private static readonly string[] Keys = ["status", "body", "type", "headers"];

    public override string Kind => "respond";

    public override RuleEffect Effect => RuleEffect.Guards;

    /// <summary>Reads a status, or the keys.</summary>
    public static PolicyRule? Read(PolicyNode node, PolicyReading reading)
    {
        if (!node.IsMap)
        {
            return new RespondRule(new PolicyAnswer(node.Number(200, 599)));
        }

        if (!node.IsGroup(Keys))
        {
            return null;
        }

        // Its body may have several lines.
        var body = node.Get("body") is { } text ? text.IsText && text.Value.GetString() is { Length: <= LongestBody } given ? given : Refuse(text) : "";
        var type = node.Get("type")?.Text(longest: 100) ?? "text/plain; charset=utf-8";
        if (!type.Contains('/') || type.Any(c => c is < ' ' or > '~'))
        {
            node.Get("type")?.Fault("It must be a media type such as text/html; charset=utf-8.");
        }

        return new RespondRule(new PolicyAnswer(node.Get("status")?.Number(200, 599) ?? StatusCodes.Status200OK)
        {
            Body = body,
            ContentType = type,
            Headers = node.Get("headers") is { } headers ? HeaderChanges.ReadPairs(headers) : [],
        });
    }

    public override PolicyAnswer? Apply(PolicyRequest request, PolicyPlan plan) => answer;

    private static string Refuse(PolicyNode node)
    {
        node.Fault($"It must be a text of at most {LongestBody} characters.");
        return "";
    }
}
