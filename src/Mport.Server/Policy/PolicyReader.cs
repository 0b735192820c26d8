using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mport.Server.Policy;

/// <summary>Reads a policy's JSON, or tells all that is wrong with it. Pure.</summary>
internal static class PolicyReader
{
    /// <summary>Rules of one list at most: more than anybody writes, few enough that each request may pass all of them.</summary>
    public const int MostRules = 100;

    private static readonly string[] Around = ["name", "when", "except"];
    private static readonly string[] Keys = [.. PolicyRules.Kinds.Keys.Order(StringComparer.Ordinal), .. Around];

    /// <summary>Reads a list of rules.</summary>
    /// <param name="json">The list.</param>
    /// <param name="reading">Who set it, and what is done with its secrets.</param>
    /// <returns>The rules, or at least one fault.</returns>
    public static (TunnelPolicy? Policy, IReadOnlyList<PolicyFault> Faults) Read(JsonElement json, PolicyReading reading)
    {
        var faults = new List<PolicyFault>();
        var root = new PolicyNode(json, "", faults);
        var rules = new List<PolicyRule>();
        if (!root.IsList || json.GetArrayLength() > MostRules)
        {
            root.Fault($"A policy must be a list of at most {MostRules} rules.");
            return (null, faults);
        }

        foreach (var node in root.Members())
        {
            if (ReadRule(node, rules.Count + 1, reading) is { } rule)
            {
                rules.Add(rule);
            }
        }

        return faults.Count > 0 ? (null, faults) : (new TunnelPolicy(rules), faults);
    }

    private static PolicyRule? ReadRule(PolicyNode node, int position, PolicyReading reading)
    {
        if (!node.IsGroup(Keys))
        {
            return null;
        }

        var kinds = node.Names.Where(PolicyRules.Kinds.ContainsKey).ToList();
        if (kinds.Count != 1)
        {
            if (kinds.Count > 1 || !node.Names.Except(Around).Any())
            {
                node.Fault(kinds.Count > 1
                    ? $"A rule has one kind; this one has {string.Join(" and ", kinds)}. Make a rule of each."
                    : $"A rule has one of the keys {string.Join(", ", Keys.Except(Around))}.");
            }

            return null;
        }

        var name = node.Get("name")?.Text(longest: 64);
        if (name is not null && name.Any(c => c is < ' ' or > '~' or '"'))
        {
            node.Get("name")?.Fault("A rule's name has visible ASCII characters, and no quotation marks.");
        }

        var when = node.Get("when") is { } condition ? PolicyCondition.Read(condition) : null;
        var except = node.Get("except") is { } exception ? PolicyCondition.Read(exception) : null;
        return node.Get(kinds[0]) is { } value && PolicyRules.Kinds[kinds[0]](value, reading) is { } rule
            ? rule.Complete(position, reading.Layer, name, when, except, JsonNode.Parse(node.Value.GetRawText())?.AsObject() ?? [])
            : null;
    }
}
