namespace Mport.Server.Policy;

/// <summary>What kind of thing a rule does, which decides how its conditions read a request that servers may read differently.</summary>
internal enum RuleEffect
{
    /// <summary>It changes a request or an answer: the canonical form counts, as written.</summary>
    Changes,

    /// <summary>It keeps visitors out or answers for the target: in doubt it holds. Paths are compared without regard to case, since targets may do so.</summary>
    Guards,

    /// <summary>It lets visitors pass: in doubt it does not hold.</summary>
    Opens,
}
