namespace Mport.Server.Policy;

/// <summary>Where a policy's JSON comes from.</summary>
internal enum PolicyOrigin
{
    /// <summary>A client's declaration: its secrets live in memory alone.</summary>
    Client,

    /// <summary>The owner's wish through the API: its passwords are hashed for the store.</summary>
    Owner,

    /// <summary>The store, in which secrets stand hashed.</summary>
    Store,
}

/// <summary>How a policy is read.</summary>
/// <param name="Origin">Where its JSON comes from.</param>
/// <param name="Secrets">What secrets are compared with.</param>
/// <param name="Time">The clock of rules that count.</param>
internal sealed record PolicyReading(PolicyOrigin Origin, PolicySecrets Secrets, TimeProvider Time)
{
    // A tenth of a second of computing each: nobody may keep the edge busy with one request.
    private const int MostHashes = 10;
    private int _hashes;

    /// <summary>Takes one of the passwords that may be hashed for one policy; false when all are taken.</summary>
    public bool TryTakeHash() => ++_hashes <= MostHashes;

    /// <summary>The name of the layer, in traces.</summary>
    public string Layer => Origin == PolicyOrigin.Client ? "client" : "owner";
}
