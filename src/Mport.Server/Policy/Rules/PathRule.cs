namespace Mport.Server.Policy.Rules;

/// <summary><c>path</c>: the path that the target gets. The query stays.</summary>
internal sealed class PathRule(string? strip, string? add, string? set) : PolicyRule
{
    private const int Longest = 1024;
    private static readonly string[] Keys = ["strip", "add", "set"];

    public override string Kind => "path";

    public override RuleEffect Effect => RuleEffect.Changes;

    /// <summary>Reads the keys.</summary>
    public static PolicyRule? Read(PolicyNode node, PolicyReading reading)
    {
        if (!node.IsGroup(Keys))
        {
            return null;
        }

        var (strip, add, set) = (PathOf(node.Get("strip")), PathOf(node.Get("add")), PathOf(node.Get("set")));
        if (node.IsEmptyGroup || (set is not null && (strip ?? add) is not null))
        {
            node.Fault("It needs strip, add or both, or set alone: each a path such as /api.");
            return null;
        }

        return new PathRule(strip?.TrimEnd('/'), add?.TrimEnd('/'), set);
    }

    public override PolicyAnswer? Apply(PolicyRequest request, PolicyPlan plan)
    {
        var target = plan.Target ?? request.Target;
        var raw = PolicyPath.RawPathOf(target);
        var query = target[raw.Length..];

        // Where servers read the path differently, the target gets the form that the rules have compared.
        var path = PolicyPath.Of(raw) is { IsPlain: false } odd ? Escape(odd.Text) : raw;
        plan.Target = (set is not null ? Escape(set) : Escape(add ?? "") + Strip(path)) + query;
        return null;
    }

    private string Strip(string path)
    {
        if (strip is not { Length: > 0 })
        {
            return path;
        }

        // Segment by segment, since a visitor may have escaped letters of them.
        var wanted = strip.Split('/');
        var given = path.Split('/');
        if (given.Length < wanted.Length)
        {
            return path;
        }

        for (var i = 1; i < wanted.Length; i++)
        {
            if (Uri.UnescapeDataString(given[i]) != wanted[i])
            {
                return path;
            }
        }

        return "/" + string.Join('/', given[wanted.Length..]);
    }

    private static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static string? PathOf(PolicyNode? node)
    {
        if (node?.Text(Longest) is not { } text)
        {
            return null;
        }

        if (PathPattern.TryParse(text, out var pattern) && !pattern.Below)
        {
            return text;
        }

        node.Fault("It must be a path such as /api: decoded, without .., // or a star.");
        return null;
    }
}
