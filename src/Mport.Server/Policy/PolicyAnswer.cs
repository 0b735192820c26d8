using Mport.Protocol.Errors;

namespace Mport.Server.Policy;

/// <summary>What a rule answers in the target's place.</summary>
/// <param name="Status">The HTTP status.</param>
internal sealed record PolicyAnswer(int Status)
{
    /// <summary>For a page of the edge's: the catalogue's entry. Null for a text of the rule's own.</summary>
    public ErrorDescription? Error { get; init; }

    /// <summary>The particulars, on the page.</summary>
    public string? Particulars { get; init; }

    /// <summary>When to try again, in seconds.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Headers that belong to it.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The rule's own text; empty for none.</summary>
    public string Body { get; init; } = "";

    /// <summary>The text's type.</summary>
    public string ContentType { get; init; } = "text/plain; charset=utf-8";
}
