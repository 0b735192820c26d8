namespace Mport.Server.Policy;

/// <summary>What becomes of one request: filled by the rules, carried out by the edge.</summary>
internal sealed class PolicyPlan
{
    /// <summary>The answer in the target's place; null when the request goes to the target.</summary>
    public PolicyAnswer? Answer { get; set; }

    /// <summary>The rule that answered, or that let the request in before access rules were through; null where none did.</summary>
    public PolicyRule? Decider { get; set; }

    /// <summary>Whether the access rules that follow have no say.</summary>
    public bool IsAllowed { get; set; }

    /// <summary>What changes in the request's headers, in order.</summary>
    public List<HeaderChanges>? RequestHeaders { get; private set; }

    /// <summary>What changes in the answer's headers, in order.</summary>
    public List<HeaderChanges>? ResponseHeaders { get; private set; }

    /// <summary>The Host that the target gets; null for the visitor's.</summary>
    public string? Host { get; set; }

    /// <summary>Whether the target gets its own address as Host.</summary>
    public bool HostIsTarget { get; set; }

    /// <summary>The path and query that the target gets; null for the visitor's.</summary>
    public string? Target { get; set; }

    /// <summary>Whether Authorization was for the edge, and does not go to the target.</summary>
    public bool DropsAuthorization { get; set; }

    /// <summary>The most bytes of body; null for any number.</summary>
    public long? BodyLimit { get; set; }

    /// <summary>Whether the answer may be compressed.</summary>
    public bool Compresses { get; set; }

    /// <summary>Adds changes to the request's headers.</summary>
    public void ChangeRequest(HeaderChanges changes) => (RequestHeaders ??= []).Add(changes);

    /// <summary>Adds changes to the answer's headers.</summary>
    public void ChangeResponse(HeaderChanges changes) => (ResponseHeaders ??= []).Add(changes);
}
