namespace Mport.Server.Data;

/// <summary>What a look at a database found.</summary>
internal enum DatabaseState
{
    /// <summary>None, or one without tables: a first start, or one that was killed before it made any.</summary>
    New,

    /// <summary>A database of an older version, which the migrations bring up to date.</summary>
    Older,

    /// <summary>Every migration of this version is applied.</summary>
    Current,

    /// <summary>A migration is applied that this version does not know.</summary>
    Newer,

    /// <summary>Not a database, damaged, or tables of something else.</summary>
    Unusable,

    /// <summary>Its server does not answer, or lets us not in.</summary>
    Unreachable,
}
