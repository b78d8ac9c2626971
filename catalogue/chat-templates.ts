/**
 * Form of Mixtral-Instruct as Jinja on one line, which vLLM takes in place of a file, for repositories that bring no template. It knows
 * no system role, so a system message opens the first question. Source: https://huggingface.co/mlx-community/Mixtral-8x7B-Instruct-v0.1
 */
export const mixtralInstruct = [
  "{% set system = messages[0].content ~ '\\n\\n' if messages[0].role == 'system' else '' %}",
  "{{ bos_token }}",
  "{% for turn in messages if turn.role != 'system' %}",
  "{% if turn.role == 'assistant' %}{{ ' ' ~ turn.content ~ eos_token }}",
  "{% else %}{{ ' [INST] ' ~ (system if loop.first else '') ~ turn.content ~ ' [/INST]' }}{% endif %}",
  "{% endfor %}",
].join("");
