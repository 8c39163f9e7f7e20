/** The commit that a pull request branched off: what its head is fairly compared with. */
import type { GitHub, PullRequest } from './client.ts';
import { explainRefusal, type Refusal } from './refusals.ts';

/** @param baseSha tip of the base branch, as the event names it */
export async function findMergeBase(
  github: GitHub,
  pull: PullRequest,
  baseSha: string,
): Promise<string | Refusal> {
  try {
    const { data } = await github.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
      owner: pull.owner,
      repo: pull.repo,
      basehead: `${baseSha}...${pull.headSha}`,
      // The commits and files of the comparison are of no interest here.
      per_page: 1,
    });
    return data.merge_base_commit.sha;
  } catch (error) {
    const refusal = explainRefusal(error, {
      what: 'find the merge base',
      permission: 'contents: read',
      fromFork: false,
    });
    if (refusal === undefined) throw error;
    return refusal;
  }
}
