using System.Text.Json;
using Mport.Server.Edge.Proxies;
using Mport.Server.Hosting.Logging;
using Mport.Server.Hosting.Settings;

namespace Mport.Server.Policy;

/// <summary>A value in a policy's JSON with the place where it stands; what is wrong with it goes to the faults.</summary>
/// <param name="value">The value.</param>
/// <param name="pointer">Where it stands.</param>
/// <param name="faults">What is wrong with the policy.</param>
internal sealed class PolicyNode(JsonElement value, string pointer, List<PolicyFault> faults)
{
    // So that the answer to a policy that is nothing but mistakes stays short.
    private const int MostFaults = 20;
    private const int LongestText = 4096;

    /// <summary>The value.</summary>
    public JsonElement Value => value;

    /// <summary>Whether it is a text.</summary>
    public bool IsText => value.ValueKind == JsonValueKind.String;

    /// <summary>Whether it is a list.</summary>
    public bool IsList => value.ValueKind == JsonValueKind.Array;

    /// <summary>Whether it is a group of keys.</summary>
    public bool IsMap => value.ValueKind == JsonValueKind.Object;

    /// <summary>Whether it is a group without keys.</summary>
    public bool IsEmptyGroup => !value.EnumerateObject().Any();

    /// <summary>The names of a group's keys.</summary>
    public IEnumerable<string> Names => value.EnumerateObject().Select(member => member.Name);

    /// <summary>Notes what is wrong here.</summary>
    public void Fault(string detail)
    {
        if (faults.Count < MostFaults)
        {
            faults.Add(new PolicyFault(pointer, detail));
        }
    }

    /// <summary>The value of a key; null when the group does not have it.</summary>
    public PolicyNode? Get(string key) => IsMap && value.TryGetProperty(key, out var member) ? Child(member, key) : null;

    /// <summary>The members of a list.</summary>
    public IEnumerable<PolicyNode> Members() => value.EnumerateArray().Select((member, index) => Child(member, index.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>Whether it is a group with these keys alone; else that is noted.</summary>
    public bool IsGroup(params IReadOnlyList<string> keys)
    {
        if (!IsMap)
        {
            Fault($"It must be a group of keys: {string.Join(", ", keys)}.");
            return false;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            if (!keys.Contains(member.Name))
            {
                Child(member.Value, member.Name).Fault(Unknown(member.Name, keys));
            }
            else if (!seen.Add(member.Name))
            {
                Child(member.Value, member.Name).Fault("The key stands here twice.");
            }
        }

        return true;
    }

    /// <summary>What is said about a key that is not known.</summary>
    public static string Unknown(string key, IReadOnlyList<string> keys) => NearestName.Of(key, keys) is { } nearest
        ? $"There is no key {VisibleText.Of(key)}; did you mean {nearest}?"
        : $"There is no key {VisibleText.Of(key)}; the keys here are {string.Join(", ", keys)}.";

    /// <summary>A text without control characters; null after noting that it is none.</summary>
    public string? Text(int longest = LongestText)
    {
        // What YAML takes for a number or a switch may have been meant as a text.
        if (value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetRawText();
        }

        if (!IsText || value.GetString() is not { Length: > 0 } text || text.Length > longest || text.Any(char.IsControl))
        {
            Fault($"It must be a text of 1 to {longest} characters without control characters.");
            return null;
        }

        return text;
    }

    /// <summary>One text or a list of texts, each read by itself; null after noting that it is none.</summary>
    public List<T>? Texts<T>(int most, Func<PolicyNode, string, T?> read)
        where T : class => ReadAll(most, (node, text, into) =>
        {
            if (read(node, text) is { } one)
            {
                into.Add(one);
            }
        }, new List<T>());

    /// <summary>One text or a list of texts, each read by itself; null after noting that it is none.</summary>
    public List<T>? Texts<T>(int most, Func<PolicyNode, string, T?> read)
        where T : struct => ReadAll(most, (node, text, into) =>
        {
            if (read(node, text) is { } one)
            {
                into.Add(one);
            }
        }, new List<T>());

    /// <summary>A yes or no.</summary>
    public bool Switch()
    {
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Fault("It must be true or false.");
            return false;
        }

        return value.GetBoolean();
    }

    /// <summary>A whole number in bounds; the least after noting that it is none.</summary>
    public int Number(int least, int most)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most)
        {
            return number;
        }

        Fault($"It must be a whole number from {least} to {most}.");
        return least;
    }

    /// <summary>A time such as 30s, 5m, 2h or 90d.</summary>
    public TimeSpan Time(TimeSpan least, TimeSpan most)
    {
        if (IsText && Duration.TryParse(value.GetString(), out var time) && time >= least && time <= most)
        {
            return time;
        }

        Fault("It must be a time such as 30s, 5m, 2h or 365d.");
        return least;
    }

    /// <summary>A size such as 65536, 64k or 10M.</summary>
    public long Size()
    {
        var text = IsText ? value.GetString() : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null;
        if (ByteSize.TryParse(text, out var size))
        {
            return size;
        }

        Fault("It must be a size such as 65536, 64k or 10M.");
        return 0;
    }

    /// <summary>Networks and addresses.</summary>
    public IpNetworks? Networks()
    {
        if (Texts(IpNetworks.Most, static (node, text) => Network(node, text)) is not { Count: > 0 } texts)
        {
            return null;
        }

        return IpNetworks.TryParse(string.Join(',', texts), out var networks, out var fault) ? networks : Refuse(fault);
    }

    private IpNetworks? Refuse(string fault)
    {
        Fault($"It must be {fault}.");
        return null;
    }

    private static string? Network(PolicyNode node, string text)
    {
        var isRead = IpNetworks.TryParse(text, out _, out var fault);
        if (isRead && !text.Contains(','))
        {
            return text;
        }

        node.Fault($"It must be {fault ?? "one network in each member of the list"}.");
        return null;
    }

    private List<T>? ReadAll<T>(int most, Action<PolicyNode, string, List<T>> read, List<T> into)
    {
        var members = IsList ? Members().ToList() : [this];
        if (members.Count == 0 || members.Count > most)
        {
            Fault($"It must have 1 to {most} members.");
            return null;
        }

        foreach (var member in members)
        {
            if (member.Text() is { } text)
            {
                read(member, text, into);
            }
        }

        return into.Count == 0 ? null : into;
    }

    private PolicyNode Child(JsonElement child, string key) => new(child, $"{pointer}/{key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}", faults);
}
