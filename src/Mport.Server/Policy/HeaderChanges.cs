using System.Collections.Frozen;
using Mport.Server.Edge.Http;

namespace Mport.Server.Policy;

/// <summary>What a rule changes in headers: first it removes, then it sets, then it adds.</summary>
/// <param name="Remove">Names to remove.</param>
/// <param name="Set">Headers to put in place of all of their name.</param>
/// <param name="Add">Headers to put beside those of their name.</param>
internal sealed record HeaderChanges(IReadOnlyList<string> Remove, IReadOnlyList<KeyValuePair<string, string>> Set, IReadOnlyList<KeyValuePair<string, string>> Add)
{
    private const int Most = 50;
    private const string TokenMarks = "!#$%&'*+-.^_`|~";
    private static readonly string[] Keys = ["set", "add", "remove"];

    // What carries the message or routes it, and what only the edge may say.
    private static readonly FrozenSet<string> Untouchable = new[]
    {
        "Host", "Connection", "Content-Length", "Transfer-Encoding", "Upgrade", "TE", "Trailer", "Keep-Alive", "Proxy-Connection", "Expect", "Mport-Trace", "Mport-Policy",
        "Mport-Error", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Accept",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the changes.</summary>
    public static HeaderChanges? Read(PolicyNode node) =>
        node.IsGroup(Keys) ? new HeaderChanges(node.Get("remove")?.Texts(Most, ReadName) ?? [], ReadPairs(node.Get("set")), ReadPairs(node.Get("add"))) : null;

    /// <summary>Reads a group of names with a value or several each.</summary>
    public static List<KeyValuePair<string, string>> ReadPairs(PolicyNode? node)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        if (node is null)
        {
            return pairs;
        }

        if (!node.IsMap || node.Names.Count() > Most)
        {
            node.Fault($"It must be a group of at most {Most} names with a value each.");
            return pairs;
        }

        foreach (var name in node.Names.Distinct().ToList())
        {
            if (node.Get(name) is not { } value || ReadName(value, name) is null)
            {
                continue;
            }

            foreach (var text in value.Texts(Most, ReadValue) ?? [])
            {
                pairs.Add(new(name, text));
            }
        }

        return pairs;
    }

    private static string? ReadValue(PolicyNode node, string text)
    {
        if (text.All(c => c is >= ' ' and <= '~' or '\t') && text.Trim() == text)
        {
            return text;
        }

        node.Fault("A header's value has visible ASCII characters, with no space at an end.");
        return null;
    }

    private static string? ReadName(PolicyNode node, string name)
    {
        if (name.Length is 0 or > 128 || !name.All(c => char.IsAsciiLetterOrDigit(c) || TokenMarks.Contains(c)))
        {
            node.Fault("It must be a header's name.");
            return null;
        }

        if (Untouchable.Contains(name.Replace('_', '-')) || ForwardedHeaders.IsSpoofable(name))
        {
            node.Fault($"{name} cannot be changed: the edge needs it to carry the message, or says in it who the visitor is.");
            return null;
        }

        return name;
    }
}
